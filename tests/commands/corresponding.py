"""Customers who write: mails and text messages that go through the mailroom into real books."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from activities.outgoing import ReplyAddresses
from commands.mailroom.actions import ReplyActions
from commands.mailroom.arrivals import Mailroom, mailroom_of
from commands.mailroom.taking_replies import ReplyTaker
from dunning.case import Case
from dunning.customer import Customer
from dunning.steps import SendTouch
from ledger.arrivals import ARRIVAL, Incoming, store
from ledger.correspondence import ReplyRow
from ledger.ledger import Ledger
from ledger.tables import table
from tests.activities.workshop import MESSAGE, TASK, Post, Workshop, afternoon, workshop
from tests.cast import contact, customer, day
from worker import Wiring

REPLY = table(ReplyRow)
NOW = afternoon(day(3))
PHONE = "+447700900123"
GRACE = "grace@customer.example"
GRACE_WITH_PHONE = customer("C-1", contact("Grace", phone=PHONE))
ADDRESSES = ReplyAddresses("in.example", ("a secret of the tests, long enough",))
_numbers = count(1)


@dataclass(frozen=True)
class Correspondence:
    """An installation to which customers write."""

    shop: Workshop
    mailroom: Mailroom

    @property
    def ledger(self) -> Ledger:
        """Its books."""
        return self.shop.wiring.ledger

    @property
    def wiring(self) -> Wiring:
        """Its rooms."""
        return self.shop.wiring

    @property
    def taker(self) -> ReplyTaker:
        """Who takes messages in."""
        return self.mailroom.taker

    def reminds(self, number: str = "I-1", at: datetime = NOW) -> str:
        """Send what is due for the invoice; the message's attempt."""
        step = self.shop.plan(number, at)
        assert isinstance(step, SendTouch), step
        self.shop.send(number, step, at)
        return self.shop.post.handed_over[-1].attempt

    def mailed(self, text: str, at: datetime = NOW, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - of mail()
        """Take in a mail that a person of the team vouches for."""
        return self.arrives("mail", mail(text, **more), {"door": "command"}, at)

    def posted(
        self,
        text: str,
        at: datetime = NOW,
        *,
        proven: bool = True,
        **more: Any,  # noqa: ANN401 - of mail()
    ) -> dict[str, Any]:
        """Take in a mail as SendGrid posts it, whose sender DKIM proves or not."""
        dkim = "{@customer.example : pass}" if proven else "none"
        body, kind = form({"email": mail(text, **more), "dkim": dkim.encode(), "SPF": b"none"})
        return self.arrives("sendgrid_mail", body, {"content_type": kind}, at)

    def polled(self, text: str, at: datetime = NOW, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - of mail()
        """Take in a mail from a mailbox, where nobody checked its sender."""
        return self.arrives("mail", mail(text, **more), {"door": "imap"}, at)

    def texted(
        self, text: str, at: datetime = NOW, sender: str = PHONE, opt_out: str = ""
    ) -> dict[str, Any]:
        """Take in a text message."""
        fields = {"MessageSid": f"SM{next(_numbers)}", "From": sender, "To": "+4915", "Body": text}
        more = {"OptOutType": opt_out} if opt_out else {}
        return self.arrives("twilio_sms", urlencode(fields | more).encode(), {}, at)

    def arrives(
        self, kind: str, body: bytes, details: Mapping[str, str], at: datetime = NOW
    ) -> dict[str, Any]:
        """Store what came in, handle it, send what goes back; the reply's row."""
        name = f"test:{next(_numbers)}"
        incoming = Incoming(kind, name, body, details, at)
        self.ledger.transact(lambda books: store(books.connection, incoming))
        self.mailroom.work(at)
        arrivals = [row for row in self.shop.rows(ARRIVAL) if row.fingerprint == name]
        assert [row.state for row in arrivals] == ["handled"], arrivals[0].why
        rows = [row for row in self.replies if row["arrival"] == arrivals[0].id]
        return rows[0] if rows else {}

    def desk(self, at: datetime = NOW + timedelta(hours=1)) -> ReplyActions:
        """A person who deals with replies."""
        return ReplyActions(self.ledger, self.wiring.planner, "ada", at)

    def case(self, number: str = "I-1") -> Case:
        """The invoice's case."""
        return self.shop.case(number)

    def customer(self, number: str = "C-1") -> Customer:
        """The customer."""
        with self.ledger.reading() as books:
            return books.customer(number)

    def blocked(self, number: str = "C-1") -> list[tuple[str, str, str]]:
        """Who must not be written to: name, channel and code."""
        found = self.customer(number)
        names = {one.contact: one.name for one in found.contacts}
        return [(names[who], channel, code) for who, channel, code in found.blocked]

    @property
    def replies(self) -> Sequence[dict[str, Any]]:
        """All replies, each with its reading."""
        rows = [row._asdict() for row in self.shop.rows(REPLY)]
        return [row | {"reading": json.loads(row["reading"])} for row in rows]

    @property
    def answers(self) -> list[tuple[str, str, str]]:
        """The letters that went back, or may have: letter, channel and address."""
        rows = [row for row in self.shop.rows(MESSAGE) if row.claimant.startswith("reply:")]
        return [(row.letter, row.channel, row.address) for row in rows if row.state != "refused"]

    @property
    def tasks(self) -> list[tuple[str, str, str]]:
        """What people were asked: what, whom, and what came of it."""
        return [(row.what, row.role, row.outcome) for row in self.shop.rows(TASK)]


@contextmanager
def corresponding(home: Path, database_url: str = "") -> Iterator[Correspondence]:
    """An installation on fresh books."""
    with workshop(home, database_url) as shop:
        post = Post()
        wiring = replace(shop.wiring, addresses=ADDRESSES, gateways={"email": post, "sms": post})
        yield Correspondence(Workshop(wiring, post), mailroom_of(wiring))


def mail(text: str, *, sender: str = GRACE, answers: str = "", **headers: str) -> bytes:
    """A mail as a customer's program writes it; `answers` is the attempt it replies to.

    Other headers are named as words, such as `message_id`.
    """
    found = EmailMessage()
    usual = {
        "From": sender,
        "To": headers.pop("to", "ar@larkspur.example"),
        "Subject": headers.pop("subject", "Your invoice"),
        "Message-ID": headers.pop("message_id", f"<m{next(_numbers)}@customer.example>"),
        "In-Reply-To": f"<{answers}@larkspur.example>" if answers else "",
    }
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in (usual | more).items():
        if value:
            found[name] = value
    found.set_content(text)
    return found.as_bytes()


def form(fields: Mapping[str, bytes]) -> tuple[bytes, str]:
    """A form as a provider posts it, and its content type."""
    edge = b"edge-of-the-tests"
    parts = [
        b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (edge, name.encode(), value)
        for name, value in fields.items()
    ]
    return b"".join(parts) + b"--%s--\r\n" % edge, f"multipart/form-data; boundary={edge.decode()}"


def reply_address(attempt: str, wiring: Wiring) -> str:
    """The signed address to which replies to a message go."""
    return ADDRESSES.address(attempt, wiring.planner.policies.entity("").creditor)
