"""Facts about a month of one entity's receivables: prepared, reviewed, reopened.

They stand on the stream `period:<entity>:<month>`, a month being `2026-03`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from dunning.fact import Fact
from dunning.money import Money


@dataclass(frozen=True)
class GlBalance:
    """What the general ledger says of a control account at the end of the month."""

    account: str
    amount: Money


@dataclass(frozen=True)
class ReconcilingItem:
    """Why the general ledger differs from the subledger: by so much, since when, whose it is.

    `amount` is what the general ledger has more than the subledger.
    """

    what: str
    reference: str
    amount: Money
    on: date
    owner: str


@dataclass(frozen=True, kw_only=True)
class PeriodPrepared(Fact):
    """The month-end pack was made from all that was known at `at`; `digest` is its SHA-256.

    `rates` are the provision's: the expected loss of each bucket as a fraction.
    """

    kind: Literal["period_prepared"] = "period_prepared"
    entity: str
    month: str
    digest: str
    balances: tuple[GlBalance, ...] = ()
    items: tuple[ReconcilingItem, ...] = ()
    rates: tuple[tuple[str, Decimal], ...] = ()
    # First sentence of the cadence audit of the month, as it was when the pack was made.
    audit: str = ""


@dataclass(frozen=True, kw_only=True)
class PeriodClosed(Fact):
    """Another person than the preparer reviewed the pack of this digest and closed the month."""

    kind: Literal["period_closed"] = "period_closed"
    entity: str
    month: str
    digest: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class PeriodReopened(Fact):
    """The month was opened again for a reason: asked for by one person, approved by another."""

    kind: Literal["period_reopened"] = "period_reopened"
    entity: str
    month: str
    reason: str
    approved_by: str


PeriodFact = PeriodPrepared | PeriodClosed | PeriodReopened
