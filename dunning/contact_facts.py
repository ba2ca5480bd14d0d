"""Facts about contacts: where they may be reached, and what they wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dunning.fact import Fact


@dataclass(frozen=True)
class Contact:
    """A person or mailbox of the customer. `role` is billing, manager, director or owner."""

    contact: str
    name: str
    role: str
    email: str = ""
    phone: str = ""
    sms_consent: bool = False
    # Channels on which this contact must not be used any more: opted out, bounced, wrong party.
    blocked: tuple[str, ...] = ()

    def reachable_by(self, channel: str) -> bool:
        """Whether a message on the channel may go to this contact."""
        address = self.phone if channel == "sms" else self.email
        return bool(address) and channel not in self.blocked


@dataclass(frozen=True, kw_only=True)
class ContactBlocked(Fact):
    """A contact must not be used on a channel: `OPT_OUT`, `BOUNCED`, `COMPLAINT`, `WRONG_PARTY`."""

    kind: Literal["contact_blocked"] = "contact_blocked"
    contact: str
    channel: str
    code: str
    why: str = ""
    reply: str = ""


@dataclass(frozen=True, kw_only=True)
class ContactUnblocked(Fact):
    """The contact may be used on the channel again: it asked for it, or a person found out."""

    kind: Literal["contact_unblocked"] = "contact_unblocked"
    contact: str
    channel: str
    reason: str
    reply: str = ""


@dataclass(frozen=True, kw_only=True)
class ConsentRecorded(Fact):
    """The contact agreed to a channel; `source` and `wording` say where and in which words."""

    kind: Literal["consent_recorded"] = "consent_recorded"
    contact: str
    channel: str
    source: str
    wording: str = ""


@dataclass(frozen=True, kw_only=True)
class ContactProposed(Fact):
    """A reply names somebody else to write to, who is not used until a person verified it."""

    kind: Literal["contact_proposed"] = "contact_proposed"
    contact: Contact
    reply: str = ""


@dataclass(frozen=True, kw_only=True)
class ContactVerified(Fact):
    """A person verified a proposed contact by another way than the message that named it."""

    kind: Literal["contact_verified"] = "contact_verified"
    contact: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ContactAway(Fact):
    """A contact is out of office up to and including the day `until`."""

    kind: Literal["contact_away"] = "contact_away"
    contact: str
    until: date
    reply: str = ""


@dataclass(frozen=True, kw_only=True)
class ReplyReceived(Fact):
    """A person of the customer wrote: nobody is written to before it is dealt with.

    At `hold_until` the service level runs out and the cadence goes on.
    """

    kind: Literal["reply_received"] = "reply_received"
    reply: str
    channel: str
    intents: tuple[str, ...]
    hold_until: datetime


@dataclass(frozen=True, kw_only=True)
class ReplyHandled(Fact):
    """A reply was dealt with, by Duncan or by a person."""

    kind: Literal["reply_handled"] = "reply_handled"
    reply: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class ReplyReadAgain(Fact):
    """A person said what a reply means: confirmed when `intents` are as they `were`."""

    kind: Literal["reply_read_again"] = "reply_read_again"
    reply: str
    intents: tuple[str, ...]
    were: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ReplyAnswered(Fact):
    """An answer went back by itself: `letter` as `attempt`, to the address the reply came from."""

    kind: Literal["reply_answered"] = "reply_answered"
    reply: str
    attempt: str
    channel: str
    letter: str
    # SHA-256 of the message as it was handed over.
    content: str = ""


@dataclass(frozen=True, kw_only=True)
class ContactLogged(Fact):
    """A person of the team called or wrote to the customer: it counts for the caps like ours."""

    kind: Literal["contact_logged"] = "contact_logged"
    channel: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class SentenceAdded(Fact):
    """A person wrote something of their own into a message; without `text` it is taken back.

    `message` is an answer's attempt, or the day and channel of the customer's message.
    """

    kind: Literal["sentence_added"] = "sentence_added"
    message: str
    text: str


ContactFact = (
    ContactBlocked
    | ContactUnblocked
    | ConsentRecorded
    | ContactProposed
    | ContactVerified
    | ContactAway
)
ReplyFact = ReplyReceived | ReplyHandled | ReplyReadAgain | ReplyAnswered
