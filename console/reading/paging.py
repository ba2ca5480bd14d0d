"""Paging by key: a page begins where another ended, so it costs the same however far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, literal, select, tuple_, union

PAGE_ROWS = 50
# Rows of a file that are read at once.
_AT_ONCE = 1_000


class DamagedLink(Exception):  # noqa: N818 - worded for the person who followed the link
    """The address of a page does not hold what such an address holds."""


@dataclass(frozen=True)
class Order:
    """How a list is sorted: by a column without NULLs, then by its key."""

    by: ColumnElement[Any]
    key: ColumnElement[Any]
    read: Callable[[str], date | datetime]
    descending: bool = False


@dataclass(frozen=True)
class Place:
    """Where a page begins: after, or before, the row of a cursor; at the start without one."""

    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class Page:
    """Rows, and the cursors of the pages around them (empty where there is none)."""

    rows: Sequence[Row[Any]]
    previous: str
    next: str


def read_page(
    connection: Connection,
    query: Select[Any] | Sequence[Select[Any]],
    order: Order,
    place: Place,
    size: int = PAGE_ROWS,
) -> Page:
    """The page of a list at a place. Raises DamagedLink when its cursor cannot be read.

    A list may be several queries of the same columns: each finds its own way through an index.
    """
    backwards = bool(place.before)
    descending = order.descending != backwards
    edge = place.before or place.after
    queries = [query] if isinstance(query, Select) else list(query)
    if edge:
        queries = [one.where(_beyond(order, edge, descending=descending)) for one in queries]
    found = connection.execute(_together(queries, order, size + 1, descending=descending)).all()
    rows = list(found[:size])
    if backwards:
        rows.reverse()
    more = len(found) > size
    return Page(
        rows,
        previous=_cursor(rows[0]) if rows and (more if backwards else place.after) else "",
        next=_cursor(rows[-1]) if rows and (backwards or more) else "",
    )


def read_all(
    connection: Connection, query: Select[Any] | Sequence[Select[Any]], order: Order
) -> Iterator[Row[Any]]:
    """Every row of a list for a file, a page after the other, however many there are."""
    place = Place()
    while True:
        page = read_page(connection, query, order, place, _AT_ONCE)
        yield from page.rows
        if not page.next:
            return
        place = Place(page.next)


def _together(
    queries: Sequence[Select[Any]], order: Order, most: int, *, descending: bool
) -> Select[Any]:
    columns = (order.by, order.key)
    sorting = [c.desc() if descending else c.asc() for c in columns]
    named = (order.by.label("sorted_by"), order.key.label("sorted_key"))
    found = [one.add_columns(*named).order_by(*sorting).limit(most) for one in queries]
    if len(found) == 1:
        return found[0]
    both = union(*(select(one.subquery()) for one in found)).subquery()
    again = (both.c.sorted_by, both.c.sorted_key)
    return select(both).order_by(*(c.desc() if descending else c.asc() for c in again)).limit(most)


def _beyond(order: Order, edge: str, *, descending: bool) -> ColumnElement[bool]:
    text, _, key = edge.partition("~")
    try:
        value = order.read(text)
    except ValueError:
        raise DamagedLink("The place in the list that this link names cannot be read.") from None
    if isinstance(value, datetime) and value.tzinfo is None:
        raise DamagedLink("The place in the list that this link names has no time zone.")
    # Compared as a row, so that an index of both columns leads to the place.
    mine = tuple_(order.by, order.key)
    its = tuple_(literal(value, order.by.type), literal(key, order.key.type))
    return mine < its if descending else mine > its


def _cursor(row: Row[Any]) -> str:
    return f"{row.sorted_by.isoformat()}~{row.sorted_key}"
