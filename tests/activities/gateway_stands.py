"""Every gateway beside a provider that does as it is told, for the tests all gateways pass."""

from __future__ import annotations

import email
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from activities.gateways.interface import Gateway, OutgoingMessage
from activities.gateways.outbox import OUTBOX, OutboxGateway
from activities.gateways.sendgrid import SendGridAccount, SendGridGateway
from activities.gateways.smtp import SmtpGateway, SmtpServer
from activities.gateways.test_mode import AllowList, InTestMode
from activities.gateways.twilio import TwilioAccount, TwilioGateway
from fakes.fake_providers import FakeProviders
from fakes.faults import answers, stalls, too_many
from fakes.records import Channel
from fakes.serving import running_fake
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.schema import upgrade
from tests.activities.gateways_at_fakes import sendgrid_at, twilio_at
from tests.activities.outgoing_messages import message, text_message
from tests.activities.smtp_server import DROP, Script, mail_server

PASSWORD = "correct horse battery"  # noqa: S105 - of no server


@dataclass(frozen=True)
class Stand:
    """A gateway, a message for it, and what its provider can be made to do and has done."""

    gateway: Gateway
    message: OutgoingMessage
    # Attempts that were taken over, and how often a message was offered at all.
    taken: Callable[[], list[str]]
    offers: Callable[[], int]
    secret: str
    can: Mapping[str, Callable[[], object]] = field(default_factory=dict)


@contextmanager
def sendgrid_stand(_: Path) -> Iterator[Stand]:
    """SendGrid's double."""
    with running_fake() as fake:
        yield _at_fake(fake, sendgrid_at(fake), message(), "email", fake.sendgrid_key)


@contextmanager
def twilio_stand(_: Path) -> Iterator[Stand]:
    """Twilio's double."""
    with running_fake() as fake:
        yield _at_fake(fake, twilio_at(fake), text_message(), "sms", fake.twilio_token)


@contextmanager
def smtp_stand(_: Path) -> Iterator[Stand]:
    """A mail server."""
    script = Script()

    def says(**answers: str) -> Callable[[], object]:
        return lambda: vars(script).update(answers)

    can = {
        "accept": says(),
        "refuse": says(recipient="550 no such user"),
        "be busy": says(recipient="450 later"),
        "lose the answer": says(taken=DROP),
        "be closed to us": says(login="535 wrong"),
    }

    def taken() -> list[str]:
        said = [email.message_from_string(mail)["X-Duncan-Attempt"] for mail in script.mails]
        return [str(attempt) for attempt in said]

    with mail_server(script) as port:
        server = SmtpServer("127.0.0.1", port, "duncan", PASSWORD, starttls=False)
        gateway = SmtpGateway(server)
        yield Stand(gateway, message(), taken, lambda: script.connections, PASSWORD, can)


@contextmanager
def outbox_stand(folder: Path) -> Iterator[Stand]:
    """The outbox on fresh books: it takes what it can write."""
    engine = open_engine(f"sqlite:///{folder / 'books.db'}")
    upgrade(engine)
    ledger = Ledger(engine)
    gateway = OutboxGateway(ledger, folder / "out")

    def taken() -> list[str]:
        with ledger.reading() as books:
            return list(books.connection.execute(select(OUTBOX.c.attempt)).scalars())

    can = {"accept": lambda: None, "be busy": (folder / "out").rmdir}
    yield Stand(gateway, message(), taken, lambda: 1, str(folder), can)
    engine.dispose()


@contextmanager
def in_test_mode_stand(folder: Path) -> Iterator[Stand]:
    """SendGrid's double in test mode, for somebody on the list."""
    with sendgrid_stand(folder) as found, outbox_stand(folder) as outbox:
        allowed = AllowList.of([found.message.to_address])
        gateway = InTestMode(found.gateway, outbox.gateway, allowed)
        yield Stand(gateway, found.message, found.taken, found.offers, found.secret, found.can)


def _at_fake(
    fake: FakeProviders, gateway: Gateway, sent: OutgoingMessage, channel: Channel, secret: str
) -> Stand:
    can = {
        "accept": lambda: None,
        "refuse": lambda: fake.fault(answers(400), channel=channel),
        "be busy": lambda: fake.fault(too_many(retry_after=60), channel=channel),
        "lose the answer": lambda: fake.fault(stalls(5), channel=channel, when="after"),
        "be closed to us": lambda: fake.fault(answers(401), channel=channel),
    }
    return Stand(
        gateway,
        sent,
        lambda: [one.attempt for one in fake.sent],
        lambda: sum(call.is_send for call in fake.calls),
        secret,
        can,
    )


def gateways_to_nobody() -> dict[str, Gateway]:
    """Gateways whose provider does not listen."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    return {
        "sendgrid": SendGridGateway(SendGridAccount("key", address, has_email_activity=True)),
        "twilio": TwilioGateway(TwilioAccount("AC1", "AC1", "token", "+1500", base_url=address)),
        "smtp": SmtpGateway(SmtpServer("127.0.0.1", port)),
    }


STANDS: Mapping[str, Callable[[Path], AbstractContextManager[Stand]]] = {
    "outbox": outbox_stand,
    "smtp": smtp_stand,
    "sendgrid": sendgrid_stand,
    "twilio": twilio_stand,
    "test mode": in_test_mode_stand,
}
