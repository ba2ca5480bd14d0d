"""What a mail from outside says, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

# What a mail is: a report of failure, of delay, of a complaint, a machine's answer, a person's.
Kind = Literal["bounce", "delayed", "complaint", "auto_reply", "message"]
# What a failure is about, after the second digit of RFC 3463's status codes.
Fault = Literal["address", "mailbox", "policy", "other"]


@dataclass(frozen=True, slots=True)
class TooBig:
    """A mail that was refused unread because of its size in bytes."""

    size: int
    limit: int

    @property
    def why(self) -> str:
        """The reason, as a sentence."""
        return f"The mail has {self.size} bytes; {self.limit} are read."


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mail address with the name beside it; either may be empty."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        """The part behind the last @, lower case."""
        return self.address.rpartition("@")[2].lower()


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who handed the mail over to whom, as the receiving mail server saw it (RFC 5321).

    An empty ``sender`` is the null sender of bounces; ``None`` says that nobody told us.
    """

    sender: str | None = None
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail; ``content`` is empty where ``is_left_out``.

    ``name`` holds no path, no control character and no direction mark; ``size`` is in bytes;
    ``is_inline`` marks what the markup shows, such as a logo.
    """

    name: str
    media_type: str
    size: int
    content: bytes = field(repr=False)
    is_inline: bool = False
    is_left_out: bool = False


@dataclass(frozen=True, slots=True)
class BouncedAddress:
    """An address a mail system could not reach.

    ``status`` is an RFC 3463 code such as 5.1.1 or empty; ``diagnostic`` the mail system's words.
    ``is_permanent`` says that trying again is pointless, ``fault`` what was at fault: only a
    permanent fault of the address itself says that the address is dead.
    """

    address: str
    is_permanent: bool
    status: str = ""
    diagnostic: str = field(default="", repr=False)
    fault: Fault = "other"

    @property
    def is_dead(self) -> bool:
        """Whether the address itself is refused for good."""
        return self.is_permanent and self.fault == "address"


@dataclass(frozen=True, slots=True)
class Returned:
    """What a report returns of our own mail: its Message-ID, our attempt, its recipients."""

    message_id: str = ""
    attempt: str = ""
    to_addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Classed:
    """What kind of mail it is, the rule that said so (to count) and why, as a sentence."""

    kind: Kind
    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the receiving provider found: (domain, DKIM result) pairs, the SPF result; lower case.

    A domain stands once; where its signatures disagree, its result is ``mixed``.
    """

    dkim: tuple[tuple[str, str], ...] = ()
    spf: str = ""


PERSONS_MESSAGE = Classed("message", "none", "Nothing says that a machine wrote it.")
NOTHING_RETURNED = Returned()
UNKNOWN_ENVELOPE = Envelope()
UNCHECKED = Verdicts()


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMail:
    """A mail from outside, bounded and cleaned.

    ``recipients`` are the envelope's first, then Delivered-To, X-Original-To, To and Cc.
    ``date`` is what the sender claims, aware UTC, or None. ``html`` is safe to display.
    ``bounced``, ``returned`` and ``complaint`` (the ARF feedback type) are filled from reports.
    ``authenticated_domains`` passed DKIM or SPF; ``is_authenticated`` says that From's domain is
    one of them. ``defects`` are codes of what was malformed or left out.
    """

    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    sender: Mailbox
    reply_to: tuple[Mailbox, ...]
    recipients: tuple[str, ...]
    subject: str
    date: datetime | None
    text: str = field(repr=False)
    html: str = field(repr=False)
    attachments: tuple[Attachment, ...]
    defects: tuple[str, ...]
    classed: Classed = PERSONS_MESSAGE
    is_out_of_office: bool = False
    bounced: tuple[BouncedAddress, ...] = ()
    returned: Returned = NOTHING_RETURNED
    complaint: str = ""
    envelope: Envelope = UNKNOWN_ENVELOPE
    verdicts: Verdicts = UNCHECKED
    authenticated_domains: tuple[str, ...] = ()
    is_authenticated: bool = False

    @property
    def kind(self) -> Kind:
        """Bounce, delay, complaint, automatic reply, or a person's message."""
        return self.classed.kind

    @property
    def why(self) -> str:
        """Why it is of that kind, as a sentence."""
        return self.classed.why
