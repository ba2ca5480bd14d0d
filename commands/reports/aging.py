"""The aging: what is open at the end of a day, by customer, collector, entity or segment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Literal

from sqlalchemy import select

from activities.policies import Policies
from commands.reports.as_closed import scopes_of
from commands.reports.in_one_currency import rates_used, total_in
from commands.reports.many_rows import uncollected
from commands.reports.table import Cell, Column, ReportTable, totals_of
from dunning.money import Money, minor_digits
from dunning.reports.aging import AgingRow, aging_rows, aging_totals
from dunning.reports.buckets import BUCKETS, Basis, bucket_of, buckets_by
from ledger.books import Books
from ledger.periods import known_when_closed
from ledger.report_aging import Read, aging_reads, read_all
from ledger.report_backdated import backdated
from ledger.report_cash import unapplied_rows
from ledger.report_items import open_rows_on
from ledger.report_reading import CUSTOMER

Key = Literal["customer", "collector", "entity", "segment"]
Row = dict[str, Any]
# How many late entries an answer lists; it counts all of them.
_LATE_LISTED = 100
# Whose customers have no collector.
UNASSIGNED = "unassigned"
_HEAD: dict[Basis, str] = {"due": "days past the due date", "invoice": "days since the invoice"}


@dataclass(frozen=True)
class Aging:
    """An aging of one day: its rows, their totals by currency, and what was recorded too late."""

    day: date
    basis: Basis
    by: Key
    rows: list[AgingRow]
    totals: list[AgingRow]
    names: Mapping[str, str]
    late: Row
    # By entity whose month is closed: the moment whose knowledge its figures have.
    closed: Mapping[str, datetime] = field(default_factory=dict)
    default: str = ""


@uncollected()
def aging_of(
    books: Books,
    policies: Policies,
    day: date,
    basis: Basis,
    by: Key,
    *,
    late_too: bool = False,
    named: bool = True,
) -> Aging:
    """What was open at the end of the day.

    The day of a closed month has the figures that were closed, unless `late_too` asks for what
    was recorded since. Without `named` the customers' names are left out, which takes less time.
    A collector is whom the ledger names for the customer, else `unassigned`. Unapplied cash
    belongs to the key "" while nobody knows whose it is.
    """
    closed = {} if late_too else known_when_closed(books.connection, day)
    reads: list[Read] = []
    for scope in scopes_of(closed, policies.default_entity):
        reads += aging_reads(books.connection.dialect.name, day, basis, by, scope)
        reads.append(partial(unapplied_rows, day, by, scope))
    rows = aging_rows((), read_all(books.connection, by, reads))
    if by == "collector":
        rows = sorted((_assigned(row) for row in rows), key=lambda row: (row.key, row.currency))
    names = _names(books) if by == "customer" and named else {}
    totals, late = aging_totals(rows), late_entries(books, day)
    return Aging(day, basis, by, rows, totals, names, late, closed, policies.default_entity)


def aging_answer(aging: Aging) -> Row:
    """The answer of `duncan aging --json`."""
    return {
        "as_of": str(aging.day),
        "basis": aging.basis,
        "by": aging.by,
        "rows": [_listed(row) for row in aging.rows],
        "totals": [_listed(row) for row in aging.totals],
        "backdated": aging.late,
        "closed": {entity: at.isoformat() for entity, at in aging.closed.items()},
    }


def translated_totals(aging: Aging, into: str, rates: Mapping[str, Decimal]) -> Row:
    """The total in one currency, with the rates that were given; raises NotAllowed without one."""
    total = total_in([row.money(row.total) for row in aging.totals], into, rates)
    used = rates_used((row.currency for row in aging.totals), into, rates)
    return {"currency": into, "total": str(total.major), "rates": used}


def aging_table(aging: Aging) -> ReportTable:
    """The aging as a table."""
    heads = [one.label for one in BUCKETS]
    if aging.basis == "invoice":
        heads = ["", *(one.label for one in buckets_by("invoice"))]
    names = ("name",) if aging.by == "customer" else ()
    columns = (
        *(Column(name) for name in (aging.by, *names, "currency")),
        *(Column(head, "amount") for head in heads if head),
        *(Column(name, "amount") for name in ("unapplied", "total", "of which disputed")),
        Column("invoices", "number"),
    )
    return ReportTable(
        title=f"Aging as of {aging.day}, by {aging.by}",
        columns=columns,
        rows=(_cells(row, aging) for row in aging.rows),
        control=(*_filters(aging), *_totals(aging)),
    )


def items_table(books: Books, aging: Aging) -> ReportTable:
    """Every open item behind the aging, read as it is written: it may be a million."""
    texts = ("invoice", "customer", "entity", "reference", "currency")
    columns = (
        *(Column(name) for name in texts),
        Column("issue date", "date"),
        Column("due date", "date"),
        Column("days past due", "number"),
        Column("bucket"),
        *(Column(name, "amount") for name in ("amount", "open", "of which disputed")),
    )
    rows = (
        _item(one, aging.day, aging.basis)
        for scope in scopes_of(aging.closed, aging.default)
        for one in open_rows_on(books.connection, aging.day, scope=scope)
    )
    title = f"Open items as of {aging.day}"
    return ReportTable(title, columns, rows, (*_filters(aging), *_totals(aging)))


def late_entries(books: Books, day: date) -> Row:
    """What counts on the day but was recorded after it: how many, and the latest of them."""
    count, latest = backdated(books.connection, day, _LATE_LISTED)
    listed = [
        {
            "invoice": one.invoice,
            "kind": one.kind,
            "on": str(one.on),
            "recorded_at": one.recorded_at.isoformat(),
            "currency": one.amount.currency,
            "amount": str(one.amount.major),
        }
        for one in latest
    ]
    return {"count": count, "latest": listed}


def _assigned(row: AgingRow) -> AgingRow:
    return row._replace(key=row.key or UNASSIGNED)


def _names(books: Books) -> dict[str, str]:
    query = select(CUSTOMER.c.customer, CUSTOMER.c.name)
    return {row.customer: row.name for row in books.connection.execute(query)}


def _listed(row: AgingRow) -> Row:
    amounts = {**row.buckets, "unapplied": row.unapplied, "total": row.total}
    shown = {name: str(row.money(minor).major) for name, minor in amounts.items()}
    disputed = str(row.money(row.disputed).major)
    named = {"key": row.key, "currency": row.currency}
    return {**named, **shown, "disputed": disputed, "invoices": row.invoices}


def _cells(row: AgingRow, aging: Aging) -> list[Cell]:
    named = [row.key, *([aging.names.get(row.key, "")] if aging.by == "customer" else [])]
    minors = [row.buckets[one.key] for one in buckets_by(aging.basis)]
    amounts = (*minors, row.unapplied, row.total, row.disputed)
    # A row for each customer: making an amount of each figure would take longer than reading it.
    digits = -minor_digits(row.currency)
    majors = (Decimal(minor).scaleb(digits) for minor in amounts)
    return [*named, row.currency, *majors, row.invoices]


def _item(one: Any, day: date, basis: Basis) -> list[Cell]:  # noqa: ANN401 - a row of the query
    days = (day - one.due_date).days
    age = days if basis == "due" else (day - one.issue_date).days
    bucket = bucket_of(age, buckets_by(basis)).label
    # Making an amount of each figure of a million would take longer than reading it.
    digits = -minor_digits(one.currency)
    return [
        *(one.invoice, one.customer, one.entity, one.reference, one.currency),
        *(one.issue_date, one.due_date, days),
        bucket if one.balance > 0 else "unapplied",
        *(Decimal(minor).scaleb(digits) for minor in (one.amount, one.balance, one.disputed)),
    ]


def _filters(aging: Aging) -> Iterator[tuple[str, Cell]]:
    yield "as of", str(aging.day)
    yield "aged by", _HEAD[aging.basis]
    yield "grouped by", aging.by
    yield "recorded later with an earlier date", int(aging.late["count"])
    for entity, known_at in aging.closed.items():
        yield f"as closed: {entity}", f"known at {known_at:%Y-%m-%d %H:%M} UTC"


def _totals(aging: Aging) -> Iterator[tuple[str, Cell]]:
    totals: Sequence[AgingRow] = aging.totals
    for name, minors in _control_figures(totals):
        yield from totals_of(name, minors)


def _control_figures(totals: Sequence[AgingRow]) -> Iterable[tuple[str, list[Money]]]:
    yield "open", [row.money(row.gross) for row in totals]
    yield "unapplied", [row.money(row.unapplied) for row in totals]
    yield "total", [row.money(row.total) for row in totals]
    yield "of which disputed", [row.money(row.disputed) for row in totals]
