"""A provider in memory, as faithful as the doubles and much faster, and ways to die beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Literal, TypeVar
from urllib.parse import urlencode

from activities.gateways.interface import (
    Accepted,
    ChannelDown,
    Outcome,
    OutgoingMessage,
    Refused,
    RetryLater,
    SentBefore,
    Unknown,
)
from ledger.arrivals import Incoming
from ledger.books import Books
from ledger.ledger import Ledger

T = TypeVar("T")
Where = Literal["inside", "afterwards"]
# Whether the provider takes the message over, and what it answers.
WAYS: dict[str, tuple[bool, Outcome | None]] = {
    "accepts": (True, None),
    "is lost before": (False, Unknown("it took too long")),
    "is lost after": (True, Unknown("it took too long")),
    "is busy": (False, RetryLater("BUSY", "too many", timedelta(minutes=2))),
    "is away": (False, RetryLater("UNREACHABLE", "nobody there", timedelta(minutes=15))),
    "refuses": (False, Refused("SENDGRID_400", "bad content")),
    "knows no such address": (False, Refused("21211", "no number", address_is_dead=True)),
    "closes the account": (False, ChannelDown("AUTH", "bad key")),
}
# What becomes of messages that were taken over: each kind of event, in its usual order.
LIVES: dict[str, tuple[tuple[str, ...], ...]] = {
    "email": (
        ("processed", "delivered"),
        ("processed", "delivered"),
        ("processed", "deferred", "delivered"),
        ("processed", "bounce"),
        ("processed", "blocked"),
        ("processed", "delivered", "spamreport"),
        ("dropped",),
    ),
    "sms": (
        ("sent", "delivered"),
        ("sent",),
        ("sent", "undelivered:30003"),
        ("sent", "undelivered:30006"),
        ("sent", "undelivered:30007"),
    ),
}
# The message reached nobody, whatever was said before.
LOST = ("bounce", "blocked", "dropped")
_DETAILS = {
    "bounce": {"type": "bounce", "status": "5.1.1", "reason": "550 no such mailbox"},
    "blocked": {"event": "bounce", "type": "blocked", "reason": "554 this network is blocked"},
    "dropped": {"reason": "Bounced Address"},
}


class Killed(BaseException):
    """The process died here."""


@dataclass
class Provider:
    """Takes messages over as its dice say, remembers every one, and has news of them."""

    dice: Random
    taken: list[OutgoingMessage] = field(default_factory=list)
    offers: list[str] = field(default_factory=list)
    # What it has to tell still, and what became of each attempt.
    news: list[tuple[OutgoingMessage, str]] = field(default_factory=list)
    lives: dict[str, tuple[str, ...]] = field(default_factory=dict)
    dies: bool = False
    is_well: bool = False
    meanwhile: Callable[[], object] = lambda: None

    def send(self, message: OutgoingMessage) -> Outcome:
        """Hand one over: taken or not, answered or not; the caller may die on either side of it."""
        self.offers.append(message.attempt)
        way = "accepts" if self.is_well else self.dice.choice([*WAYS, "accepts", "accepts"])
        takes, outcome = WAYS[way]
        if self._kills():
            raise Killed
        if takes:
            self._take(message)
        self.meanwhile()
        if self._kills():
            raise Killed
        return outcome or Accepted(f"id-{message.attempt}")

    def look_up(self, message: SentBefore) -> Accepted | None:
        """Tell what was taken over, most of the time."""
        known = any(one.attempt == message.attempt for one in self.taken)
        return Accepted(f"id-{message.attempt}") if known and self.dice.random() < 0.8 else None

    def reached(self, attempt: str) -> bool:
        """Whether the customer got it."""
        life = self.lives.get(attempt, LOST)
        return not any(kind in LOST or kind.startswith("undelivered") for kind in life)

    def _take(self, message: OutgoingMessage) -> None:
        self.taken.append(message)
        lives = LIVES[message.channel]
        life = lives[0] if self.is_well else self.dice.choice(lives)
        self.lives[message.attempt] = life
        self.news += [(message, kind) for kind in life]

    def _kills(self) -> bool:
        return self.dies and self.dice.random() < 0.15


class MortalLedger(Ledger):
    """Books whose keeper dies, when told to, before a transaction is committed or just after."""

    dies_at: tuple[int, Where] | None = None

    def transact(self, work: Callable[[Books], T], *, durable: bool = False) -> T:
        """As always, unless it is time to die."""
        left, where = self.dies_at or (0, "inside")
        is_last = self.dies_at is not None and left == 0
        self.dies_at = (left - 1, where) if self.dies_at and left else None

        def dying(books: Books) -> T:
            done = work(books)
            if is_last and where == "inside":
                raise Killed
            return done

        done = super().transact(dying, durable=durable)
        if is_last:
            raise Killed
        return done


News = tuple[OutgoingMessage, str]


def posted(told: Sequence[News], at: datetime) -> list[Incoming]:
    """What it posts of them, as the door stores it: mails in one batch, texts one by one."""
    mails = [_event(message, kind) for message, kind in told if message.channel == "email"]
    texts = [one for one in told if one[0].channel == "sms"]
    return [*([_batch(mails, at)] if mails else []), *(_status(*one, at) for one in texts)]


def _batch(events: Sequence[dict[str, object]], at: datetime) -> Incoming:
    body = json.dumps(events).encode()
    return Incoming("sendgrid_events", f"e{hash(body)}", body, {}, at)


def _event(message: OutgoingMessage, kind: str) -> dict[str, object]:
    return {
        "event": kind,
        "sg_event_id": f"{message.attempt}:{kind}",
        "dn_attempt": message.attempt,
        "email": message.to_address,
        "timestamp": int(message.at.timestamp()),
        **_DETAILS.get(kind, {}),
    }


def _status(message: OutgoingMessage, kind: str, at: datetime) -> Incoming:
    status, _, code = kind.partition(":")
    fields = {
        "MessageSid": f"SM{message.attempt}",
        "MessageStatus": status,
        "To": message.to_address,
        "ErrorCode": code,
    }
    body, query = urlencode(fields).encode(), urlencode({"a": message.attempt})
    return Incoming("twilio_status", f"s{hash(body)}", body, {"query": query}, at)
