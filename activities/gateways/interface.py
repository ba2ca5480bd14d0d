"""What every gateway does: hand one message over and say honestly what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from activities.letter_request import Attachment


@dataclass(frozen=True)
class OutgoingMessage:
    """One message to one address, claimed `at`. `attempt` is opaque and comes back in webhooks."""

    attempt: str
    at: datetime
    channel: str
    to_name: str
    to_address: str
    from_name: str
    from_address: str
    reply_to: str
    subject: str
    text: str
    html: str
    message_id: str
    # Message-IDs of the conversation so far, oldest first: mail readers thread by them.
    references: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    # A text message that is still queued at this moment must not come out any more.
    valid_until: datetime | None = None


@dataclass(frozen=True)
class Accepted:
    """The provider took the message over."""

    provider_id: str


@dataclass(frozen=True)
class Refused:
    """The provider will never take this message. `address_is_dead` blocks the contact."""

    code: str
    why: str
    address_is_dead: bool = False


@dataclass(frozen=True)
class RetryLater:
    """Certainly nothing was sent; it may work after a while."""

    code: str
    why: str
    after: timedelta


@dataclass(frozen=True)
class Unknown:
    """Nobody knows whether the message went out."""

    why: str


@dataclass(frozen=True)
class ChannelDown:
    """Our account or settings are refused: certainly nothing was sent, whoever it was for.

    The whole channel stops until a person has mended it, instead of failing case by case.
    """

    code: str
    why: str


Outcome = Accepted | Refused | RetryLater | Unknown | ChannelDown


@dataclass(frozen=True)
class SentBefore:
    """What is known of a message whose outcome is unknown, to look it up at the provider."""

    attempt: str
    channel: str
    to_address: str
    at: datetime
    text: str


class Gateway(Protocol):
    """A way out for one channel."""

    def send(self, message: OutgoingMessage) -> Outcome:
        """Hand the message over once. Never raises for what the world may answer, never retries."""
        ...

    def look_up(self, message: SentBefore) -> Accepted | None:
        """Ask the provider whether it took the message over; None where it cannot tell."""
        ...
