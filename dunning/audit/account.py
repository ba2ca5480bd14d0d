"""What the auditor is given: customers with their facts, messages and lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from dunning.business_days import BusinessCalendar
from dunning.channel_facts import ChannelFact
from dunning.customer_facts import CustomerFact
from dunning.facts import InvoiceFact
from dunning.money import Money
from dunning.policy_version_facts import PolicyVersionFact

# Messages that answer a customer's own are no dunning.
ANSWER = "reply:"
# Nor are statements of account, but nobody who is held gets one.
STATEMENT = "statement:"


@dataclass(frozen=True, slots=True)
class Said:
    """What a provider said of a message."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """A message as the books keep it; `digest` and `text` are of its kept words, if any."""

    attempt: str
    channel: str
    local_date: date
    letter: str
    level: int
    contact: str
    address: str
    claimant: str
    state: str
    claimed_at: datetime
    provider_id: str = ""
    content_hash: str = ""
    delivery: str = ""
    digest: str = ""
    text: str = ""
    events: tuple[Said, ...] = ()

    @property
    def reached(self) -> bool:
        """Whether the customer got it, or may have got it, as a dunning message."""
        return self.state not in ("refused", "bounced") and not self.is_answer

    @property
    def is_answer(self) -> bool:
        """Whether it is no dunning: an answer to the customer's own message, or a statement."""
        return self.claimant.startswith((ANSWER, STATEMENT))

    @property
    def is_statement(self) -> bool:
        """Whether it is a statement of account."""
        return self.claimant.startswith(STATEMENT)


@dataclass(frozen=True, slots=True)
class Item:
    """What a message states of an invoice; `covered` when its step was carried out by it."""

    attempt: str
    step: str
    level: int
    amount: Money
    covered: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """An invoice as the list of cases shows it."""

    customer: str
    amount: Money
    balance: Money
    due_date: date
    closed: bool
    next_at: datetime | None = None
    next_kind: str = ""


@dataclass(frozen=True, slots=True)
class Followed:
    """One invoice: its facts in order, what messages state of it, and its row in the list."""

    invoice: str
    history: Sequence[InvoiceFact]
    items: tuple[Item, ...] = ()
    listed: Listed | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """A customer: its facts in order, its messages by moment, its calendar.

    `unapplied` is when its money that no invoice uses became more or (negative) less.
    """

    customer: str
    history: Sequence[CustomerFact]
    messages: tuple[Message, ...]
    calendar: BusinessCalendar
    unapplied: tuple[tuple[datetime, Money], ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """The days that are audited; what was recorded after `as_of` did not happen yet."""

    first: date
    last: date
    as_of: datetime

    def has(self, day: date) -> bool:
        """Whether the day belongs to the period."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One imported file, and how many facts of its moment the books have."""

    kind: str
    file: str
    at: datetime
    rows: int
    accepted: int
    updated: int
    unchanged: int
    rejected: int
    recorded: int | None = None


@dataclass(frozen=True)
class Surroundings:
    """What concerns everybody: stopped channels, imports, and the days an import stays fresh."""

    calendar: BusinessCalendar
    channels: Mapping[str, Sequence[ChannelFact]] = field(default_factory=dict)
    imports: Sequence[ImportRun] = ()
    fresh_business_days: Mapping[str, int] = field(default_factory=dict)
    # Other numbers of days, and from when on they counted.
    fresh_later: Sequence[tuple[datetime, Mapping[str, int]]] = ()
    # What happened to versions of the policies, and kept contents that are not what they were.
    versions: Sequence[PolicyVersionFact] = ()
    damaged: frozenset[str] = frozenset()
