"""What a month-end pack is made of: which entity and month, and what was known when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from activities.policies import Policies
from dunning.period import Month, Period
from dunning.period_facts import GlBalance, ReconcilingItem
from ledger.books import Books
from ledger.periods import period_of
from ledger.report_reading import Scope, called


@dataclass(frozen=True)
class Given:
    """What people bring to the pack: the general ledger, why it differs, rates, the audit."""

    balances: tuple[GlBalance, ...] = ()
    items: tuple[ReconcilingItem, ...] = ()
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    audit: str = ""


@dataclass(frozen=True)
class Asked:
    """One entity's month as known at a moment, and the month before it as it was closed."""

    period: Period
    month: Month
    known_at: datetime
    # What the books call the entity: its name, and nothing where the ledger names none.
    names: tuple[str, ...]
    before: Period
    given: Given

    @property
    def entity(self) -> str:
        """The entity's name."""
        return self.period.entity

    @property
    def scope(self) -> Scope:
        """What the pack reads."""
        return Scope(self.names, known_at=self.known_at)

    @property
    def opening_day(self) -> date:
        """The last day before the month."""
        return self.month.first - timedelta(days=1)

    @property
    def opening_scope(self) -> Scope:
        """What the opening balance knows: what was known when the month before was closed."""
        return Scope(self.names, known_at=self.before.known_at or self.known_at)


def asked_of(
    books: Books, policies: Policies, entity: str, month: Month, known_at: datetime, given: Given
) -> Asked:
    """The question a pack answers."""
    return Asked(
        period=period_of(books, entity, str(month)),
        month=month,
        known_at=known_at,
        names=called(entity, policies.default_entity),
        before=period_of(books, entity, str(month.before)),
        given=given,
    )
