"""The list of cases: filters, pages, and counts per stage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from console.reading.aging import bucket
from console.reading.paging import Order, Page, Place, read_page
from ledger.tables import CaseRow, CustomerRow, table

CASE, CUSTOMER = table(CaseRow), table(CustomerRow)
CASE_AND_CUSTOMER = CASE.outerjoin(CUSTOMER, CASE.c.customer == CUSTOMER.c.customer)


@dataclass(frozen=True)
class CaseFilter:
    """Which cases are listed. `q` is a part of an invoice's or customer's number or name."""

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
    return read_page(connection, query.where(*_conditions(which, today)), order, place)


def stage_counts(connection: Connection, which: CaseFilter, today: date) -> dict[str, int]:
    """How many cases are in each stage, whatever stage the filter names."""
    query = select(CASE.c.stage, func.count()).select_from(CASE_AND_CUSTOMER)
    query = query.where(*_conditions(which, today, without="stage")).group_by(CASE.c.stage)
    return {stage: int(count) for stage, count in connection.execute(query)}


def open_by_due_date(connection: Connection, which: CaseFilter, today: date) -> list[Any]:
    """What is open per currency and due date (columns as `aging` reads them), whatever the age."""
    columns = (CASE.c.currency, CASE.c.due_date)
    query: Select[Any] = select(*columns, func.sum(CASE.c.balance_minor), func.count())
    conditions = _conditions(which, today, without="age")
    query = query.select_from(CASE_AND_CUSTOMER).where(*conditions, CASE.c.closed_on.is_(None))
    return list(connection.execute(query.group_by(*columns)))


def _conditions(which: CaseFilter, today: date, without: str = "") -> Iterator[ColumnElement[bool]]:
    yield CASE.c.closed_on.is_not(None) if which.closed else CASE.c.closed_on.is_(None)
    if which.stage and without != "stage":
        yield CASE.c.stage == which.stage
    if which.customer:
        yield CASE.c.customer == which.customer
    if which.q:
        yield _matches(which.q)
    if without != "age":
        yield from _of_age(which, today)


def _matches(part: str) -> ColumnElement[bool]:
    columns = (CASE.c.invoice, CASE.c.customer, CASE.c.reference, CUSTOMER.c.name)
    return or_(*(column.icontains(part, autoescape=True) for column in columns))


def _of_age(which: CaseFilter, today: date) -> Iterator[ColumnElement[bool]]:
    if which.currency:
        yield CASE.c.currency == which.currency
    if which.age:
        latest, earliest = bucket(which.age).due_between(today)
        if latest:
            yield CASE.c.due_date <= latest
        if earliest:
            yield CASE.c.due_date >= earliest
