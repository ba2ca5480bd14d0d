"""What moved in a period, read from the movements themselves and never from balances.

A movement of an invoice counts on its own day, but not before the invoice was issued.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    select,
)

from dunning.money import Money
from ledger.applications import AMENDMENT, APPLICATION
from ledger.report_items import items_on
from ledger.report_reading import CASE, Scope, cases_in, known_movements

# The kind of an entry that is the invoice itself.
ISSUED = "invoice"
Sums = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Entry:
    """One entry of an invoice: a movement, or the invoice itself (`invoice`)."""

    invoice: str
    customer: str
    kind: str
    source: str
    on: date
    recorded_at: datetime
    amount: Money


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, and the moment after which entries count as late."""

    first: date
    last: date
    recorded_after: datetime | None = None


def balances(connection: Connection, day: date, scope: Scope) -> dict[str, int]:
    """What all invoices came to at the end of the day, by currency, in minor units."""
    item = items_on(day, scope=scope, only=("currency", "balance"))
    query = select(item.c.currency, func.sum(item.c.balance)).group_by(item.c.currency)
    return {currency: int(minor) for currency, minor in connection.execute(query)}


def moved(connection: Connection, span: Span, scope: Scope) -> Sums:
    """What moved in the span, by currency and kind; invoices that were issued are `invoice`."""
    found: Sums = {}
    for query in (_movements(span, scope), _issued(span, scope)):
        entry = query.subquery("entry")
        sums = select(entry.c.currency, entry.c.kind, func.sum(entry.c.minor))
        for currency, kind, minor in connection.execute(
            sums.group_by(entry.c.currency, entry.c.kind)
        ):
            found.setdefault(currency, {})[kind] = int(minor)
    return found


def entries(
    connection: Connection, span: Span, scope: Scope, kinds: tuple[str, ...] = ()
) -> Iterator[Entry]:
    """The entries of the span one by one, in order of their days; of all kinds or only these."""
    for query in (_movements(span, scope), _issued(span, scope)):
        entry = query.subquery("entry")
        chosen = select(entry).order_by(entry.c.effective, entry.c.invoice, entry.c.recorded_at)
        if kinds:
            chosen = chosen.where(entry.c.kind.in_(kinds))
        for row in connection.execute(chosen, execution_options={"yield_per": 5000}):
            yield Entry(
                row.invoice,
                row.customer,
                row.kind,
                row.source,
                row.effective,
                row.recorded_at,
                Money(int(row.minor), row.currency),
            )


def unexplained(connection: Connection, span: Span, scope: Scope) -> dict[str, tuple[str, int]]:
    """Invoices whose balance changed by something else than their movements of the span.

    By invoice: its currency and the difference in minor units.
    """
    before, after = span.first - timedelta(days=1), span.last
    found: dict[str, tuple[str, int]] = {}
    for sign, day in ((1, after), (-1, before)):
        item = items_on(day, scope=scope)
        _count(connection, select(item.c.invoice, item.c.currency, item.c.balance), sign, found)
    for query in (_movements(span, scope), _issued(span, scope)):
        entry = query.subquery("entry")
        _count(connection, select(entry.c.invoice, entry.c.currency, entry.c.minor), -1, found)
    return {invoice: one for invoice, one in found.items() if one[1]}


def disagreeing(connection: Connection, scope: Scope) -> list[tuple[str, str, int]]:
    """Invoices whose movements do not come to what the list of cases says, which reports read.

    Invoice, currency, difference in minor units.
    """
    moved = case((APPLICATION.c.kind == AMENDMENT, 0), else_=APPLICATION.c.amount_minor)
    sums = (
        select(APPLICATION.c.invoice, func.sum(moved).label("minor"))
        .group_by(APPLICATION.c.invoice)
        .subquery("sums")
    )
    difference = CASE.c.open_minor - CASE.c.amount_minor - func.coalesce(sums.c.minor, 0)
    query = select(CASE.c.invoice, CASE.c.currency, difference).select_from(
        CASE.outerjoin(sums, sums.c.invoice == CASE.c.invoice)
    )
    chosen = query.where(difference != 0, *cases_in(scope)).order_by(CASE.c.invoice)
    return [(invoice, iso, int(minor)) for invoice, iso, minor in connection.execute(chosen)]


def _count(
    connection: Connection, query: Select[Any], sign: int, found: dict[str, tuple[str, int]]
) -> None:
    for invoice, currency, minor in connection.execute(
        query, execution_options={"yield_per": 5000}
    ):
        _, so_far = found.get(invoice, (currency, 0))
        found[invoice] = (currency, so_far + sign * int(minor))


def _movements(span: Span, scope: Scope) -> Select[Any]:
    """Movements that count in the span."""
    on, issued = APPLICATION.c.on, CASE.c.issue_date
    effective = case((on < issued, issued), else_=on)
    within = and_(effective >= span.first, effective <= span.last)
    query = select(
        APPLICATION.c.invoice,
        CASE.c.customer,
        CASE.c.currency,
        APPLICATION.c.kind,
        APPLICATION.c.source,
        effective.label("effective"),
        APPLICATION.c.recorded_at,
        APPLICATION.c.amount_minor.label("minor"),
    ).join_from(APPLICATION, CASE, CASE.c.invoice == APPLICATION.c.invoice)
    late = [APPLICATION.c.recorded_at > span.recorded_after] if span.recorded_after else []
    return query.where(within, *late, *known_movements(scope), *cases_in(scope))


def _issued(span: Span, scope: Scope) -> Select[Any]:
    """Invoices that were issued in the span, at the amounts they were opened with."""
    amended = _amended()
    query = select(
        CASE.c.invoice,
        CASE.c.customer,
        CASE.c.currency,
        literal(ISSUED).label("kind"),
        CASE.c.reference.label("source"),
        CASE.c.issue_date.label("effective"),
        CASE.c.opened_at.label("recorded_at"),
        (CASE.c.amount_minor - func.coalesce(amended.c.minor, 0)).label("minor"),
    ).select_from(CASE.outerjoin(amended, amended.c.invoice == CASE.c.invoice))
    within = and_(CASE.c.issue_date >= span.first, CASE.c.issue_date <= span.last)
    late = [CASE.c.opened_at > span.recorded_after] if span.recorded_after else []
    return query.where(within, *late, *cases_in(scope))


def _amended() -> Subquery:
    query = select(APPLICATION.c.invoice, func.sum(APPLICATION.c.amount_minor).label("minor"))
    chosen = query.where(APPLICATION.c.kind == AMENDMENT)
    return chosen.group_by(APPLICATION.c.invoice).subquery("amended")
