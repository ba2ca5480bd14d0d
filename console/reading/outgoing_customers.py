"""The customers who get something on a day, each at its earliest moment, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, literal, select, tuple_

from console.reading.counting import Count, counted_each
from console.reading.paging import DamagedLink, Place
from console.reading.search import search
from console.reading.wanted import CASE, CUSTOMER, Span, Wanted, due_in, from_of

# Invoices read in one step, and steps for one page: most of a customer's stand at one moment.
_STEP, _MOST_STEPS = 100, 25


@dataclass(frozen=True)
class GoingTo:
    """A customer of a day: the moment of its first message, and how many invoices are due."""

    customer: str
    name: str
    first_at: datetime
    invoices: Count


@dataclass(frozen=True)
class CustomerPage:
    """Customers, and the cursors of the pages around them (empty where there is none)."""

    rows: list[GoingTo]
    previous: str
    next: str


def customer_page(
    connection: Connection, span: Span, wanted: Wanted, place: Place, size: int
) -> CustomerPage:
    """A page of them, the soonest first. Raises DamagedLink when its cursor cannot be read."""
    backwards = bool(place.before)
    edge = _edge(place.before or place.after)
    if wanted.q:
        found = sorted(_searched(connection, span, wanted))
        return CustomerPage(_told(connection, span, wanted, found), "", "")
    pairs: list[tuple[datetime, str]] = []
    ended = False
    for _ in range(_MOST_STEPS):
        rows = connection.execute(_step(span, wanted, edge, backwards=backwards)).all()
        pairs += [one for one in _firsts(rows) if one not in pairs]
        ended = len(rows) < _STEP
        if ended or len(pairs) > size:
            break
        edge = rows[-1].next_at, rows[-1].customer
    more = len(pairs) > size or not ended
    beyond = pairs[size - 1] if len(pairs) >= size else edge
    shown = sorted(pairs[:size])
    told = _told(connection, span, wanted, shown)
    if backwards:
        return CustomerPage(told, _cursor(beyond) if more else "", _cursor(shown[-1:] or edge))
    first = _cursor(shown[:1]) if place.after else ""
    return CustomerPage(told, first, _cursor(beyond) if more else "")


def _searched(connection: Connection, span: Span, wanted: Wanted) -> Iterator[tuple[datetime, str]]:
    for customer in search(connection, wanted.q).customers:
        mine = select(CASE.c.next_at).select_from(from_of(wanted))
        mine = mine.where(CASE.c.customer == customer, *due_in(span, wanted))
        at = connection.execute(mine.order_by(CASE.c.next_at).limit(1)).scalar()
        if at is not None:
            yield at, customer


def _step(
    span: Span, wanted: Wanted, edge: tuple[datetime, str] | None, *, backwards: bool
) -> Select[Any]:
    """Invoices from a place on, each with the earliest moment of its customer."""
    theirs = CASE.alias("theirs")
    first = (
        select(theirs.c.next_at)
        .where(theirs.c.customer == CASE.c.customer, *due_in(span, wanted, theirs))
        .order_by(theirs.c.next_at)
        .limit(1)
        .correlate(CASE)
        .scalar_subquery()
    )
    query = select(CASE.c.customer, CASE.c.next_at, first.label("first"))
    query = query.select_from(from_of(wanted)).where(*due_in(span, wanted))
    columns: tuple[ColumnElement[Any], ...] = (CASE.c.next_at, CASE.c.customer)
    if edge:
        mine = tuple_(*columns)
        its = tuple_(*(literal(one, c.type) for one, c in zip(edge, columns, strict=True)))
        query = query.where(mine < its if backwards else mine > its)
    return query.order_by(*(c.desc() if backwards else c for c in columns)).limit(_STEP)


def _firsts(rows: Any) -> list[tuple[datetime, str]]:  # noqa: ANN401 - rows of SQLAlchemy
    found = ((row.next_at, row.customer) for row in rows if row.first == row.next_at)
    return list(dict.fromkeys(found))


def _told(
    connection: Connection, span: Span, wanted: Wanted, pairs: Sequence[tuple[datetime, str]]
) -> list[GoingTo]:
    """Each with its name and how many of its invoices are due."""
    customers = [customer for _, customer in pairs]
    named = select(CUSTOMER.c.customer, CUSTOMER.c.name).where(CUSTOMER.c.customer.in_(customers))
    names = {row.customer: row.name for row in connection.execute(named)}
    due = select(CASE.c.invoice).select_from(from_of(wanted)).where(*due_in(span, wanted))
    counts = counted_each(connection, {one: due.where(CASE.c.customer == one) for one in customers})
    return [GoingTo(one, names.get(one) or one, at, counts[one]) for at, one in pairs]


def _edge(cursor: str) -> tuple[datetime, str] | None:
    if not cursor:
        return None
    moment, _, customer = cursor.partition("~")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        raise DamagedLink("The place in the list that this link names cannot be read.") from None
    if at.tzinfo is None:
        raise DamagedLink("The place in the list that this link names has no time zone.")
    return at, customer


def _cursor(place: tuple[datetime, str] | list[tuple[datetime, str]] | None) -> str:
    if not place:
        return ""
    at, customer = place[0] if isinstance(place, list) else place
    return f"{at.isoformat()}~{customer}"
