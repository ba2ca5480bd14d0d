"""Facts about statements of account: one a customer, entity and period, sent at most once.

They stand on the stream `statement:<period>:<entity>:<customer>`, a period being `2026-03`, or a
day such as `2026-03-31` where a person asked for the statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dunning.fact import Fact


@dataclass(frozen=True, kw_only=True)
class StatementAsked(Fact):
    """A person wants the customer to have the statement of a day; it goes as soon as it may."""

    kind: Literal["statement_asked"] = "statement_asked"
    customer: str
    entity: str
    period: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class StatementCancelled(Fact):
    """A person no longer wants it sent."""

    kind: Literal["statement_cancelled"] = "statement_cancelled"
    customer: str
    entity: str
    period: str


@dataclass(frozen=True, kw_only=True)
class StatementStarted(Fact):
    """The statement was claimed: from here on it is never sent again unless it was refused."""

    kind: Literal["statement_started"] = "statement_started"
    customer: str
    entity: str
    period: str
    attempt: str
    channel: str
    contact: str
    policy: str
    # SHA-256 of the message as it was handed over.
    content: str = ""


@dataclass(frozen=True, kw_only=True)
class StatementSent(Fact):
    """The provider accepted it."""

    kind: Literal["statement_sent"] = "statement_sent"
    attempt: str
    provider_id: str = ""


@dataclass(frozen=True, kw_only=True)
class StatementRefused(Fact):
    """Nothing was sent: for good, or (with `retry_at`) to be tried again from then on."""

    kind: Literal["statement_refused"] = "statement_refused"
    attempt: str
    why: str
    retry_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class StatementUnknown(Fact):
    """Nobody knows whether it went out. It is never sent again."""

    kind: Literal["statement_unknown"] = "statement_unknown"
    attempt: str
    why: str


@dataclass(frozen=True, kw_only=True)
class StatementWithheld(Fact):
    """The statement was not sent, and why; asked again with the next run of the period."""

    kind: Literal["statement_withheld"] = "statement_withheld"
    customer: str
    entity: str
    period: str
    code: str
    why: str


StatementOutcome = StatementSent | StatementRefused | StatementUnknown
StatementWish = StatementAsked | StatementCancelled
StatementFact = StatementWish | StatementStarted | StatementOutcome | StatementWithheld
