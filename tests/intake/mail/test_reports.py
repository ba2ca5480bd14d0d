from __future__ import annotations

import pytest

from intake.mail.faults import bounced
from intake.mail.message import Fault, Returned
from tests.intake.mail.mails import mail, multipart, read

RETURNED = (
    "Message-ID: <a-77@firma.example>\r\nX-Duncan-Attempt: a-77\r\n"
    "To: nobody@kunde.example\r\nSubject: Invoice\r\n\r\nDear customer"
)


def report(status: str, *, action: str = "failed", diagnostic: str = "") -> bytes:
    block = (
        "Reporting-MTA: dns; mx.example\r\n\r\n"
        "Final-Recipient: rfc822; Nobody@Kunde.example\r\n"
        f"Action: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {diagnostic}\r\n"
    )
    return multipart(
        ("Content-Type: text/plain", "It failed."),
        ("Content-Type: message/delivery-status", block),
        ("Content-Type: message/rfc822", RETURNED),
        kind="report; report-type=delivery-status",
        From="MAILER-DAEMON@mx.example",
    )


def test_a_delivery_report_names_address_code_and_reason() -> None:
    found = read(report("5.1.1", diagnostic="550 5.1.1 user unknown"))

    (one,) = found.bounced
    assert (found.kind, found.classed.rule) == ("bounce", "status_report")
    assert (one.address, one.status, one.fault) == ("Nobody@kunde.example", "5.1.1", "address")
    assert (one.is_permanent, one.is_dead) == (True, True)
    assert one.diagnostic == "smtp; 550 5.1.1 user unknown"


def test_our_own_mail_is_recognised_in_what_comes_back() -> None:
    found = read(report("5.1.1"))

    assert found.returned == Returned("<a-77@firma.example>", "a-77", ("nobody@kunde.example",))
    assert found.attachments == ()


def test_our_own_headers_alone_suffice() -> None:
    headers_only = RETURNED.partition("\r\n\r\n")[0]
    raw = report("5.1.1").replace(b"message/rfc822", b"text/rfc822-headers")

    found = read(raw.replace(RETURNED.encode(), headers_only.encode()))

    assert (found.returned.attempt, found.returned.message_id) == ("a-77", "<a-77@firma.example>")


def test_our_own_headers_are_found_in_a_plain_letter() -> None:
    body = (
        f"<nobody@kunde.example>: 550 no such user\r\n\r\n--- Copy of the message\r\n\r\n{RETURNED}"
    )

    found = read(mail(body, From="mailer-daemon@mx.example"))

    assert found.returned == Returned("<a-77@firma.example>", "a-77", ("nobody@kunde.example",))


def test_a_persons_message_returns_nothing() -> None:
    found = read(mail(f"You wrote:\r\n{RETURNED}"))

    assert found.returned == Returned()


@pytest.mark.parametrize(
    ("action", "kind"),
    [("failed", "bounce"), ("delayed", "delayed"), ("delivered", "auto_reply"), ("", "bounce")],
)
def test_the_action_says_what_happened(action: str, kind: str) -> None:
    found = read(report("4.4.1" if action == "delayed" else "5.1.1", action=action))

    assert found.kind == kind
    assert bool(found.bounced) == (kind in {"bounce", "delayed"})
    assert all(each.status for each in found.bounced)


@pytest.mark.parametrize(
    ("status", "diagnostic", "is_permanent", "fault"),
    [
        ("5.1.1", "", True, "address"),
        ("5.1.10", "550 recipient not found", True, "address"),
        ("5.2.1", "mailbox disabled", True, "address"),
        ("5.4.4", "unable to route", True, "address"),
        ("5.0.0", "550 5.1.1 no such user", True, "address"),
        ("5.0.0", "550 Unknown recipient <x@y.example>", True, "address"),
        ("5.7.1", "550 recipient does not exist", True, "address"),
        ("5.2.2", "mailbox full", True, "mailbox"),
        ("4.2.2", "over quota", False, "mailbox"),
        ("5.7.1", "message blocked", True, "policy"),
        ("5.7.26", "DMARC policy of example.com", True, "policy"),
        ("5.1.1", "550 IP address blacklisted by recipient", True, "policy"),
        (
            "5.1.1",
            "550 <spam@y.example>: user unknown, see https://x.example/blocked",
            True,
            "address",
        ),
        ("5.1.8", "sender domain not found", True, "policy"),
        ("4.4.7", "delivery time expired", False, "other"),
        ("5.3.4", "message too large", True, "other"),
        ("", "452 try again later", False, "other"),
        ("", "552 quota exceeded", True, "mailbox"),
        ("", "retry timeout exceeded", False, "other"),
        ("", "", True, "other"),
    ],
)
def test_codes_and_words_say_what_is_at_fault(
    *, status: str, diagnostic: str, is_permanent: bool, fault: Fault
) -> None:
    one = bounced("x@y.example", status, diagnostic, is_final=True)

    assert (one.is_permanent, one.fault) == (is_permanent, fault)


def test_a_full_mailbox_or_a_blocked_sender_leaves_the_address_alive() -> None:
    full = bounced("x@y.example", "5.2.2", "", is_final=True)
    blocked = bounced("x@y.example", "5.7.1", "blocked", is_final=True)

    assert (full.is_permanent, full.is_dead) == (True, False)
    assert (blocked.is_permanent, blocked.is_dead) == (True, False)


@pytest.mark.parametrize(
    "body",
    [
        "Your message to nobody@kunde.example couldn't be delivered.\nnobody wasn't found.",
        "Delivery has failed to recipients:\n\nNobody<mailto:nobody@kunde.example>\nNot found.",
        "Ihre Nachricht an nobody@kunde.example konnte nicht zugestellt werden.",
        "Final-Recipient: rfc822; nobody@kunde.example\nAction: failed\nStatus: 5.1.1",
    ],
)
def test_letters_without_a_report_name_the_address_all_the_same(body: str) -> None:
    found = read(mail(body, Return_Path="<>", From="Microsoft Outlook <x@kunde.example>"))

    assert [each.address for each in found.bounced] == ["nobody@kunde.example"]
    assert found.kind == "bounce"


def test_our_own_address_is_not_the_one_that_failed() -> None:
    body = "Message from ar@firma.example to nobody@kunde.example: 550 user unknown"

    found = read(mail(body, From="MAILER-DAEMON@mx.example"))

    assert [each.address for each in found.bounced] == ["nobody@kunde.example"]


def test_the_one_who_was_not_reached_may_stand_in_x_original_to() -> None:
    body = "There was an error delivering your mail to <nobody@kunde.example>."
    headers = {"X_Original_To": "<nobody@kunde.example>", "From": "MAILER-DAEMON <>"}

    found = read(mail(body, **headers))

    assert [each.address for each in found.bounced] == ["nobody@kunde.example"]


def test_a_complaint_says_its_type_and_which_mail() -> None:
    parts = (
        ("Content-Type: text/plain", "An abuse report."),
        ("Content-Type: message/feedback-report", "Feedback-Type: Abuse\r\nVersion: 1"),
        ("Content-Type: message/rfc822", RETURNED),
    )

    found = read(multipart(*parts, kind="report; report-type=feedback-report"))

    assert (found.kind, found.complaint, found.returned.attempt) == ("complaint", "abuse", "a-77")


@pytest.mark.parametrize("kind", ["auth-failure", "not-spam"])
def test_not_every_feedback_is_a_complaint(kind: str) -> None:
    part = ("Content-Type: message/feedback-report", f"Feedback-Type: {kind}")

    found = read(multipart(part, kind="report; report-type=feedback-report"))

    assert (found.kind, found.classed.rule) == ("auto_reply", "machine_report")
