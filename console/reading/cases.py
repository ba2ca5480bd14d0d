"""The list of cases: filters, pages, counts per stage, and sums by age."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select, union

from console.reading.aging import bucket
from console.reading.counting import Count, counted, counted_by
from console.reading.paging import Order, Page, Place, read_page
from console.reading.search import MOST_INVOICES, search
from console.words import STAGES
from ledger.tables import CaseRow, CustomerRow, table

CASE, CUSTOMER = table(CaseRow), table(CustomerRow)
OPEN_STAGES = tuple(stage for stage in STAGES if stage != "closed")
# So many cases are looked at to count them, where no index leads to their stages.
_MOST_AMONG = 2_000
CASE_AND_CUSTOMER = CASE.outerjoin(CUSTOMER, CASE.c.customer == CUSTOMER.c.customer)


@dataclass(frozen=True)
class CaseFilter:
    """Which cases are listed. `q` begins a word of an invoice's or customer's number or name."""

    stage: str = ""
    customer: str = ""
    q: str = ""
    age: str = ""
    currency: str = ""
    closed: bool = False


def case_page(connection: Connection, which: CaseFilter, today: date, place: Place) -> Page:
    """Open cases, the longest overdue first; closed ones, the latest first."""
    order = Order(CASE.c.due_date, CASE.c.invoice, date.fromisoformat)
    if which.closed:
        order = Order(CASE.c.closed_on, CASE.c.invoice, date.fromisoformat, descending=True)
    query = select(CASE, CUSTOMER.c.name).select_from(CASE_AND_CUSTOMER)
    mine = query.where(*_conditions(which, today))
    return read_page(connection, [*_found(connection, mine, which)], order, place)


def stage_counts(connection: Connection, which: CaseFilter, today: date) -> Mapping[str, Count]:
    """How many cases are in each stage, whatever stage the filter names."""
    conditions = _conditions(replace(which, stage=""), today)
    every = select(CASE.c.invoice, CASE.c.stage).where(*conditions)
    if which.q or which.currency:
        return _counted_among(connection, [*_found(connection, every, which)])
    if which.closed:
        return {"closed": counted(connection, every)}
    return counted_by(connection, every, CASE.c.stage, OPEN_STAGES)


def closed_count(connection: Connection, customer: str) -> Count:
    """How many cases of a customer are closed."""
    mine = (CASE.c.customer == customer, CASE.c.closed_on.is_not(None))
    return counted(connection, select(CASE.c.invoice).where(*mine))


def open_by_due_date(connection: Connection, which: CaseFilter) -> list[Any]:
    """What is open per currency and due date (columns as `aging` reads them), whatever the age."""
    whole = replace(which, age="", currency="", closed=False)
    columns = (CASE.c.currency, CASE.c.due_date)
    query = select(*columns, CASE.c.balance_minor, CASE.c.invoice)
    mine = [*_found(connection, query.where(*_conditions(whole, date.min)), whole)]
    items = mine[0] if len(mine) == 1 else union(*mine)
    one = items.subquery()
    sums = (one.c.currency, one.c.due_date, func.sum(one.c.balance_minor), func.count())
    grouped = select(*sums).group_by(one.c.currency, one.c.due_date)
    return list(connection.execute(grouped))


def _counted_among(connection: Connection, queries: list[Select[Any]]) -> Mapping[str, Count]:
    """Counts of the first that are found: no index leads to the stages of these."""
    some = [select(one.limit(_MOST_AMONG).subquery()) for one in queries]
    among = union(*some).limit(_MOST_AMONG).subquery()
    grouped = select(among.c.stage, func.count()).group_by(among.c.stage)
    found = {stage: int(count) for stage, count in connection.execute(grouped)}
    more = sum(found.values()) >= _MOST_AMONG
    return {stage: Count(count, more=more) for stage, count in found.items()}


def _found(connection: Connection, query: Select[Any], which: CaseFilter) -> Iterator[Select[Any]]:
    """The query for what was searched; each customer by itself: one may have very many invoices."""
    if not which.q:
        yield query
        return
    found = search(connection, which.q)
    # Looked up first: in one condition they would make PostgreSQL go through the whole list.
    carrying = select(CASE.c.invoice).where(CASE.c.reference == which.q).limit(MOST_INVOICES)
    named = {*found.invoices, *connection.execute(carrying).scalars()}
    if named or not found.customers:
        yield query.where(CASE.c.invoice.in_(sorted(named)))
    yield from (query.where(CASE.c.customer == one) for one in found.customers)


def _conditions(which: CaseFilter, today: date) -> Iterator[ColumnElement[bool]]:
    yield CASE.c.closed_on.is_not(None) if which.closed else CASE.c.closed_on.is_(None)
    if which.stage:
        yield CASE.c.stage == which.stage
    if which.customer:
        yield CASE.c.customer == which.customer
    if which.currency:
        yield CASE.c.currency == which.currency
    if which.age:
        latest, earliest = bucket(which.age).due_between(today)
        if latest:
            yield CASE.c.due_date <= latest
        if earliest:
            yield CASE.c.due_date >= earliest
