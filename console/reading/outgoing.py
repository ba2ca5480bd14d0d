"""What goes out soon: by customer, and each message as it will read, without claiming anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from activities.planning import Planner
from console.reading.counting import Count
from console.reading.outgoing_customers import CustomerPage, GoingTo, customer_page
from console.reading.paging import Place
from console.reading.search import search
from console.reading.wanted import CASE, CUSTOMER, Span, Wanted, due_in, from_of
from dunning.business_days import BusinessCalendar
from dunning.case import Case
from dunning.customer import Customer
from dunning.money import Money
from dunning.next_step import plan
from dunning.steps import SendInvoice, SendTouch, Speak
from ledger.books import Books

DAYS = ("today", "tomorrow", "next")
PAGE_ROWS = 25
# So many invoices of a day are looked at to count its customers and to name its filters.
_MOST_AMONG = 5_000
Choices = dict[str, list[str]]
# Of a customer's invoices that are due, so many are asked by which channel they go.
_ASKED = 12
_A_DAY = timedelta(days=1)
_MOST_CHOICES = 200
_CASE_AND_CUSTOMER = CASE.outerjoin(CUSTOMER, CASE.c.customer == CUSTOMER.c.customer)


@dataclass(frozen=True)
class Planned:
    """One message of a customer: the highest of its steps, and an invoice that stands for it."""

    invoice: str
    step: Speak


@dataclass(frozen=True)
class Going:
    """What a customer gets on a day: its messages, and how much is behind them by currency."""

    row: GoingTo
    amounts: Sequence[Money]
    planned: Sequence[Planned]


def spans(today: date, calendar: BusinessCalendar, zone: ZoneInfo) -> dict[str, Span]:
    """Today, tomorrow and the next business day."""

    def start(day: date) -> datetime:
        return datetime.combine(day, time(0), zone).astimezone(UTC)

    days = {"today": today, "tomorrow": today + _A_DAY}
    days["next"] = calendar.on_or_after(today + _A_DAY)
    return {
        name: Span(day, None if name == "today" else start(day), start(day + _A_DAY))
        for name, day in days.items()
    }


def counts_of(
    connection: Connection, known: Mapping[str, Span], wanted: Wanted
) -> dict[str, Count]:
    """To how many customers something goes out on each day, among so many of its invoices."""

    def count(span: Span) -> Count:
        due = select(CASE.c.customer).select_from(from_of(wanted)).where(*due_in(span, wanted))
        if wanted.q:
            due = due.where(CASE.c.customer.in_(search(connection, wanted.q).customers))
        some = due.order_by(CASE.c.next_at, CASE.c.customer).limit(_MOST_AMONG).subquery()
        query = select(func.count(some.c.customer.distinct()), func.count())
        customers, invoices = connection.execute(query).one()
        return Count(int(customers), more=invoices == _MOST_AMONG)

    return {name: count(span) for name, span in known.items()}


def filters_of(connection: Connection, span: Span) -> Choices:
    """What the messages of a day can be filtered by: levels, channels, entities, collectors."""
    columns: dict[str, ColumnElement[Any]] = {
        "level": CASE.c.next_level,
        "channel": CASE.c.next_channel,
        "entity": CASE.c.entity,
        "collector": CUSTOMER.c.collector,
    }
    return _different(connection, span, columns)


def _different(
    connection: Connection, span: Span, columns: Mapping[str, ColumnElement[Any]]
) -> Choices:
    """What the first of them have."""
    due = select(*(column.label(name) for name, column in columns.items()))
    due = due.select_from(_CASE_AND_CUSTOMER).where(*due_in(span, Wanted()))
    some = due.order_by(CASE.c.next_at, CASE.c.customer).limit(_MOST_AMONG).subquery()
    rows = connection.execute(select(some).distinct()).mappings().all()
    found = {name: sorted({row[name] for row in rows} - {None, ""}) for name in columns}
    return {name: [*map(str, values[:_MOST_CHOICES])] for name, values in found.items()}


def going_page(
    books: Books, planner: Planner, span: Span, wanted: Wanted, place: Place, now: datetime
) -> tuple[CustomerPage, list[Going]]:
    """The customers who get something on a day, the soonest first."""
    connection = books.connection
    page = customer_page(connection, span, wanted, place, PAGE_ROWS)
    amounts = _amounts(connection, (span, wanted), page.rows)
    asked = {row.customer: _asked(connection, (span, wanted), row) for row in page.rows}
    cases = books.cases(one for names in asked.values() for one in names)
    going = []
    for row in page.rows:
        mine = [cases[one] for one in asked[row.customer] if one in cases]
        planned = _messages(planner, books.customer(row.customer), mine, now)
        going.append(Going(row, amounts.get(row.customer, []), planned))
    return page, going


def all_going(connection: Connection, span: Span, wanted: Wanted) -> Iterator[Row[Any]]:
    """Every customer of a day for a file: a row for each currency, with when it begins."""
    query = _customers(span, wanted).add_columns(
        CASE.c.currency, func.sum(CASE.c.balance_minor).label("minor")
    )
    if wanted.q:
        query = query.where(CASE.c.customer.in_(search(connection, wanted.q).customers))
    ordered = query.group_by(CASE.c.currency).order_by(CASE.c.customer, CASE.c.currency)
    yield from connection.execute(ordered, execution_options={"yield_per": 1000})


def _customers(span: Span, wanted: Wanted) -> Select[Any]:
    return (
        select(
            CASE.c.customer,
            func.max(CUSTOMER.c.name).label("name"),
            func.min(CASE.c.next_at).label("first_at"),
            func.count().label("invoices"),
        )
        .select_from(_CASE_AND_CUSTOMER)
        .where(*due_in(span, wanted))
        .group_by(CASE.c.customer)
    )


def _amounts(
    connection: Connection, asked: tuple[Span, Wanted], rows: Sequence[GoingTo]
) -> dict[str, list[Money]]:
    """What is behind the messages of each customer by currency; not of very many invoices."""
    few = [row.customer for row in rows if not row.invoices.more]
    keys = (CASE.c.customer, CASE.c.currency)
    query = select(*keys, func.sum(CASE.c.balance_minor)).select_from(from_of(asked[1]))
    mine = query.where(CASE.c.customer.in_(few), *due_in(*asked))
    found: dict[str, list[Money]] = {}
    for customer, currency, minor in connection.execute(mine.group_by(*keys).order_by(*keys)):
        found.setdefault(customer, []).append(Money(int(minor), currency))
    return found


def _asked(connection: Connection, asked: tuple[Span, Wanted], row: GoingTo) -> Sequence[str]:
    """The invoices that are asked what goes out: of very many those that speak first."""
    mine = (CASE.c.customer == row.customer, *due_in(*asked))
    first = (CASE.c.next_at,) if row.invoices.more else (CASE.c.level.desc(), CASE.c.invoice)
    query = select(CASE.c.invoice).select_from(from_of(asked[1])).where(*mine)
    return connection.execute(query.order_by(*first).limit(_ASKED)).scalars().all()


def _messages(
    planner: Planner, customer: Customer, cases: Sequence[Case], now: datetime
) -> list[Planned]:
    """One message a channel, at the highest level that any of the invoices reaches."""
    best: dict[str, Planned] = {}
    for case in cases:
        step = plan(planner.situation(case, customer, now)).step
        if isinstance(step, SendTouch | SendInvoice):
            before = best.get(step.channel)
            if before is None or step.level > before.step.level:
                best[step.channel] = Planned(case.invoice, step)
    return list(best.values())
