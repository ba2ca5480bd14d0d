from __future__ import annotations

import email
import email.policy
import smtplib
import socket
import ssl
from datetime import timedelta

import pytest

from activities.gateways import smtp
from activities.gateways.interface import (
    Accepted,
    ChannelDown,
    Outcome,
    Refused,
    RetryLater,
    Unknown,
)
from activities.gateways.smtp import SmtpGateway, SmtpServer
from tests.activities.outgoing_messages import message, sent_before
from tests.activities.smtp_server import DROP, Script, mail_server

PASSWORD = "correct horse"  # noqa: S105 - of no server
# What the server says, at which point, and what is therefore known of the message.
REFUSALS = [
    ("recipient", "550 no such user", Refused("SMTP_550", "", address_is_dead=True)),
    ("recipient", "550 5.1.1 no such user", Refused("SMTP_550", "", address_is_dead=True)),
    ("recipient", "550 5.7.1 no relaying for you", Refused("SMTP_550", "")),
    ("recipient", "450 mailbox busy", RetryLater("SMTP_450", "", timedelta(minutes=15))),
    ("sender", "553 not from here", Refused("SMTP_553", "")),
    ("sender", "421 too many", RetryLater("SMTP_421", "", timedelta(minutes=15))),
    ("data", "554 no", Refused("SMTP_554", "")),
    ("data", "451 later", RetryLater("SMTP_451", "", timedelta(minutes=15))),
    ("taken", "554 looks like spam", Refused("SMTP_554", "")),
    ("taken", "452 disk full", RetryLater("SMTP_452", "", timedelta(minutes=15))),
]


def hand_over(script: Script, user: str = "") -> Outcome:
    with mail_server(script) as port:
        server = SmtpServer("127.0.0.1", port, user=user, password=PASSWORD, starttls=False)
        return SmtpGateway(server).send(message())


def test_what_the_server_takes_is_accepted_under_our_own_message_id() -> None:
    script = Script()

    assert hand_over(script) == Accepted("<a1b2c3@larkspur-finch.example>")
    assert script.recipients == ["rcpt TO:<grace@customer.example>"]


def test_the_mail_arrives_as_it_was_written() -> None:
    script = Script()
    hand_over(script)
    mail = email.message_from_string(script.mails[0], policy=email.policy.default)
    text, html, attachment = (part for part in mail.walk() if not part.is_multipart())

    assert mail["Subject"] == "Reminder: invoice “4711” is open – 12,00 €"
    assert mail["To"] == "Grace Møller <grace@customer.example>"
    assert mail["X-Duncan-Attempt"] == "a1b2c3"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert text.get_content() == "Dear Grace,\n\ninvoice 4711 is open.\n.\nKind regards\n"
    assert html.get_content_type() == "text/html"
    assert attachment.get_filename() == "open-items.csv"


@pytest.mark.parametrize(("point", "said", "known"), REFUSALS)
def test_what_the_server_refuses_is_known_not_to_be_sent(
    point: str, said: str, known: Refused | RetryLater
) -> None:
    script = Script(**{point: said})  # type: ignore[arg-type]  # Its own fields, by name.
    outcome = hand_over(script)

    assert isinstance(outcome, type(known))
    assert outcome.code == known.code
    assert said in outcome.why
    if isinstance(outcome, Refused) and isinstance(known, Refused):
        assert outcome.address_is_dead == known.address_is_dead
    if isinstance(outcome, RetryLater) and isinstance(known, RetryLater):
        assert outcome.after == known.after


def test_a_connection_lost_after_the_mail_was_handed_over_is_unknown() -> None:
    script = Script(taken=DROP)

    assert isinstance(hand_over(script), Unknown)
    # The server may well deliver it.
    assert len(script.mails) == 1


@pytest.mark.parametrize("point", ["sender", "recipient"])
def test_a_connection_lost_before_the_content_is_tried_again(point: str) -> None:
    script = Script(**{point: DROP})  # type: ignore[arg-type]  # Its own fields, by name.

    assert isinstance(hand_over(script), RetryLater)
    assert script.mails == []


def test_a_slow_answer_after_the_mail_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.2)
    script = Script(seconds_before_taken=0.6)

    assert isinstance(hand_over(script), Unknown)


def test_a_server_that_is_not_there_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    outcome = SmtpGateway(SmtpServer("127.0.0.1", port, starttls=False)).send(message())

    assert isinstance(outcome, RetryLater)
    assert outcome.code == "UNREACHABLE"


@pytest.mark.parametrize("greeting", [DROP, "554 go away", "421 too busy"])
def test_a_server_that_does_not_greet_is_tried_again(greeting: str) -> None:
    outcome = hand_over(Script(greeting=greeting))

    assert isinstance(outcome, RetryLater)
    assert outcome.code == "UNREACHABLE"


@pytest.mark.parametrize(
    ("script", "user"),
    [
        (Script(login="535 wrong password"), "duncan"),
        (Script(sender="530 log in first"), ""),
        (Script(recipient="530 log in first"), ""),
    ],
)
def test_a_refused_login_stops_the_channel(script: Script, user: str) -> None:
    outcome = hand_over(script, user=user)

    assert isinstance(outcome, ChannelDown)
    assert outcome.code == "AUTH"
    assert PASSWORD not in outcome.why
    assert script.mails == []


def test_a_login_that_cannot_be_written_stops_the_channel() -> None:
    with mail_server(Script()) as port:
        server = SmtpServer("127.0.0.1", port, "duncan", "pässword", starttls=False)
        outcome = SmtpGateway(server).send(message())

    assert isinstance(outcome, ChannelDown)
    assert "ssword" not in outcome.why


def test_a_login_that_fails_for_now_is_tried_again() -> None:
    outcome = hand_over(Script(login="454 try later"), user="duncan")

    assert isinstance(outcome, RetryLater)
    assert outcome.code == "AUTH"


def test_a_mail_server_cannot_tell_what_it_took() -> None:
    gateway = SmtpGateway(SmtpServer("127.0.0.1", 1))

    assert gateway.look_up(sent_before(message())) is None


def test_an_address_in_other_letters_is_refused_where_the_server_does_not_take_it() -> None:
    with mail_server(Script()) as port:
        gateway = SmtpGateway(SmtpServer("127.0.0.1", port, starttls=False))
        outcome = gateway.send(message(to_address="grüße@customer.example"))

    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.address_is_dead) == ("ADDRESS_NOT_SUPPORTED", True)


def test_a_login_that_is_accepted_sends() -> None:
    assert isinstance(hand_over(Script(), user="duncan"), Accepted)


def test_nothing_is_sent_in_the_open_when_encryption_is_asked_for() -> None:
    script = Script()
    with mail_server(script) as port:
        outcome = SmtpGateway(SmtpServer("127.0.0.1", port, starttls=True)).send(message())

    assert isinstance(outcome, ChannelDown)
    assert outcome.code == "CONFIG"
    assert script.mails == []


def test_the_servers_certificate_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[ssl.SSLContext] = []

    def starttls(_: smtplib.SMTP, *, context: ssl.SSLContext) -> None:
        seen.append(context)

    monkeypatch.setattr(smtplib.SMTP, "starttls", starttls)
    with mail_server(Script()) as port:
        SmtpGateway(SmtpServer("127.0.0.1", port, starttls=True)).send(message())

    assert [context.verify_mode for context in seen] == [ssl.CERT_REQUIRED]
    assert seen[0].check_hostname


def test_one_connection_carries_one_message() -> None:
    script = Script()
    hand_over(script)

    assert script.connections == 1
