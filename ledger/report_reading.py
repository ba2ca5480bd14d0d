"""Which part of the books a report reads, and what counts by the end of a day.

The end of a day means value dates up to and including it; what has no value date (disputes,
amendments, write-offs) counts on its UTC day. So the answer stays the same for ever, but for
entries that are recorded later with an earlier date; those are listed apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Subquery,
    Table,
    and_,
    cast,
    func,
    or_,
    select,
    true,
)

from ledger.applications import APPLICATION
from ledger.disputes import DISPUTE
from ledger.tables import CaseRow, CustomerRow, table

CASE, CUSTOMER = table(CaseRow), table(CustomerRow)


@dataclass(frozen=True)
class Scope:
    """Which part of the books a report reads.

    Only these entities where any are named, never those `without`; with `known_at` only what was
    recorded until then: figures that were closed stay what they were.
    """

    entities: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    known_at: datetime | None = None

    def has(self, entity: str) -> bool:
        """Whether it reads this entity's part."""
        return entity not in self.without and (not self.entities or entity in self.entities)


EVERYTHING = Scope()


def called(entity: str, default: str) -> tuple[str, ...]:
    """What the books call an entity; what has no entity in the ledger is the default one's."""
    return (entity, "") if entity == default else (entity,)


def after(day: date) -> datetime:
    """The first moment that the day does not contain (UTC)."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def each(
    dialect: str, rows: Table, *asked: ColumnElement[bool]
) -> tuple[FromClause, ColumnElement[bool]]:
    """Rows to join by looking them up for each row before them.

    PostgreSQL, which takes those for many, would read all rows instead.
    """
    if dialect == "postgresql":
        return select(rows).where(*asked).offset(0).lateral(), true()
    return rows, and_(*asked)


def cases_in(scope: Scope) -> list[ColumnElement[bool]]:
    """The invoices of the scope's entities that were recorded in time to be known."""
    asked = [CASE.c.entity.in_(scope.entities)] if scope.entities else []
    asked += [CASE.c.entity.not_in(scope.without)] if scope.without else []
    return asked + ([CASE.c.opened_at <= scope.known_at] if scope.known_at else [])


def known_movements(scope: Scope) -> list[ColumnElement[bool]]:
    """Movements that were recorded in time to be known."""
    return [APPLICATION.c.recorded_at <= scope.known_at] if scope.known_at else []


def disputed_on(day: date, among: Sequence[ColumnElement[bool]] = ()) -> Subquery:
    """By invoice: what disputes, `among` some, were about that were open at the end of the day.

    Days of grace are over.
    """
    minor = cast(func.sum(DISPUTE.c.amount_minor), BigInteger).label("disputed")
    query = select(DISPUTE.c.invoice, minor).where(in_dispute(day), *among)
    return query.group_by(DISPUTE.c.invoice).subquery("disputed")


def in_dispute(day: date) -> ColumnElement[bool]:
    """Disputes that were open at the end of the day."""
    end = after(day)
    still_open = or_(DISPUTE.c.resolved_at.is_(None), DISPUTE.c.resolved_at >= end)
    return and_(DISPUTE.c.opened_at < end, still_open)
