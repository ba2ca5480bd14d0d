from __future__ import annotations

import pytest

from intake.mail.message import Envelope
from tests.intake.mail.mails import mail, multipart, read

NULL = Envelope("", ("ar@firma.example",))
NDR = (
    "Your message couldn't be delivered.\r\n\r\nnobody@kunde.example wasn't found at kunde.example."
)


@pytest.mark.parametrize(
    ("headers", "rule"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto_submitted"),
        ({"Auto_Submitted": "auto-generated (ticket); x=y"}, "auto_submitted"),
        ({"X_Autoreply": "yes"}, "auto_header"),
        ({"X_Autorespond": "Invoice"}, "auto_header"),
        ({"Auto_Reply": "1"}, "auto_header"),
        ({"Precedence": "auto_reply"}, "precedence"),
        ({"Precedence": "bulk"}, "precedence"),
        ({"Subject": "Automatic reply: Invoice 1"}, "subject"),
        ({"Subject": "Automatische Antwort: Rechnung 1"}, "subject"),
        ({"Subject": "Réponse automatique : Facture"}, "subject"),
        ({"Subject": "Respuesta automática: Factura"}, "subject"),
        ({"Subject": "Automatisch antwoord: Factuur"}, "subject"),
        ({"Return_Path": "<>", "Subject": "Automatic reply: Invoice"}, "subject"),
    ],
)
def test_machines_that_answer_are_known(headers: dict[str, str], rule: str) -> None:
    found = read(mail("I will answer later.", **headers))

    assert (found.kind, found.classed.rule) == ("auto_reply", rule)
    assert found.why.endswith(".")


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Auto_Response_Suppress": "All"},
        {"X_Auto_Response_Suppress": "OOF, AutoReply"},
        {"Auto_Submitted": "no"},
        {"X_Autoreply": "no"},
        {"Precedence": "list"},
        {"Precedence": "first-class"},
        {"Subject": "Re: Automatic reply: Invoice 1"},
        {"Subject": "AW: Abwesenheit: Rechnung"},
        {"Subject": "Re: Undeliverable: Invoice 1"},
        {"Subject": "Fwd: Mail delivery failed"},
        {"Subject": "Your office address on invoice 7"},
        {"Return_Path": "<mia@kunde.example>"},
    ],
)
def test_people_are_not_taken_for_machines(headers: dict[str, str]) -> None:
    found = read(mail("The mail to nobody@kunde.example failed: 550 5.1.1 unknown.", **headers))

    assert found.kind == "message", found.why


@pytest.mark.parametrize(
    "subject",
    [
        "Out of office: Invoice",
        "Automatic reply: on vacation",
        "Abwesenheitsnotiz",
        "Automatische Antwort: Ich bin im Urlaub bis 12. Mai",
        "Absence du bureau",
        "Réponse automatique : absent jusqu'au 3 mai",
        "Fuera de la oficina",
        "Respuesta automática: estoy de vacaciones",
        "Afwezig tot 3 mei",
        "Automatisch antwoord: op vakantie",
    ],
)
def test_absences_are_hinted_at_in_five_languages(subject: str) -> None:
    found = read(mail("Back soon.", Subject=subject))

    assert (found.kind, found.is_out_of_office) == ("auto_reply", True)


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Delivery problem, invoice 7", "The goods were not delivered. We refuse to pay 550 EUR."),
        ("Delivery failed", "Half of it was not delivered, see 5.1.1 of the contract."),
        ("Invoice 4711 rejected", "Reason 4.5.2: 450 units could not be delivered."),
        ("Payment failed", "The bank returned our transfer of 520 euros."),
        ("Mail returned: new address", "Your letter was returned, we moved. Unknown address."),
        ("Lieferung nicht zustellbar", "Die Ware wurde am 4.5.26 nicht zugestellt."),
        ("Delayed payment", "We do not need to resend the goods, payment follows."),
        ("Invoice for holiday rates", "Why 20 % more on leave and holidays?"),
        ("Rechnung 7 (Abwesenheit Frau Berg)", "Bitte an mich senden."),
    ],
)
def test_what_customers_write_about_is_theirs(subject: str, body: str) -> None:
    for sender in ("mia@kunde.example", "no-reply@portal.example", "bounce@kunde.example"):
        found = read(mail(body, Subject=subject, From=sender))

        assert found.kind == "message", found.why


@pytest.mark.parametrize(
    "headers", [{"Auto_Submitted": "auto-replied (vacation)"}, {"X_Apple_Action": "VACATION"}]
)
def test_absences_are_hinted_at_by_headers(headers: dict[str, str]) -> None:
    assert read(mail("Back soon.", **headers)).is_out_of_office


def test_a_ticket_system_is_not_out_of_office() -> None:
    found = read(mail("Your ticket is 7.", Subject="Ticket 7", Auto_Submitted="auto-replied"))

    assert (found.kind, found.is_out_of_office) == ("auto_reply", False)


def test_a_letter_without_return_address_is_a_bounce() -> None:
    found = read(mail(NDR, From="Outlook <x@kunde.example>"), NULL)

    assert (found.kind, found.classed.rule) == ("bounce", "failure_letter")
    assert [each.address for each in found.bounced] == ["nobody@kunde.example"]


def test_even_when_it_names_nobody() -> None:
    found = read(mail("Sorry."), NULL)

    assert (found.kind, found.classed.rule, found.bounced) == ("bounce", "null_sender", ())


def test_what_the_envelope_says_outweighs_the_return_path() -> None:
    found = read(mail(Return_Path="<>"), Envelope("mia@kunde.example"))

    assert found.kind == "message"


@pytest.mark.parametrize(
    "sender", ["MAILER-DAEMON@mx.example", "Mail <Mailer-Daemon@mx.example>", "MAILER-DAEMON <>"]
)
def test_a_mail_system_is_known_by_its_name(sender: str) -> None:
    body = "<nobody@kunde.example>: 550 5.1.1 User unknown\r\n"

    found = read(mail(body, From=sender, Auto_Submitted="auto-replied", Subject="Hello"))

    assert (found.kind, found.classed.rule) == ("bounce", "mail_system")
    assert found.bounced[0].is_dead


def test_a_postmaster_who_writes_is_a_person() -> None:
    found = read(mail("Please ask us before you write.", From="postmaster@kunde.example"))

    assert found.kind == "message"


def test_a_warning_is_a_delay() -> None:
    body = "<late@kunde.example> was not reached yet. You do not need to resend, we will retry."

    found = read(mail(body, From="mailer-daemon@mx.example", Subject="Warning: delayed 4 hours"))

    assert (found.kind, found.bounced[0].is_permanent) == ("delayed", False)


def test_giving_up_is_no_delay() -> None:
    body = "<late@kunde.example>: delivery temporarily suspended, giving up after 5 days."

    found = read(mail(body, From="mailer-daemon@mx.example", Subject="Undelivered mail"))

    assert (found.kind, found.bounced[0].is_permanent) == ("bounce", False)


def test_a_forwarded_bounce_is_a_persons_message() -> None:
    bounce = mail(NDR, From="MAILER-DAEMON@mx.example", Subject="Mail delivery failed").decode()
    parts = (("Content-Type: text/plain", "Look at this"), ("Content-Type: message/rfc822", bounce))

    found = read(multipart(*parts))

    assert (found.kind, found.bounced) == ("message", ())


def test_a_read_receipt_is_automatic() -> None:
    parts = (
        ("Content-Type: text/plain", "Your message was read."),
        ("Content-Type: message/disposition-notification", "Disposition: manual; displayed"),
    )

    found = read(multipart(*parts, kind="report"))

    assert (found.kind, found.classed.rule) == ("auto_reply", "read_receipt")


def test_the_unsubscribe_button_is_a_complaint() -> None:
    found = read(mail("unsubscribe", X_Apple_Unsubscribe="true", Auto_Submitted="auto-replied"))

    assert (found.kind, found.complaint) == ("complaint", "opt-out")
