"""Paging by key: a page begins where another ended, so it costs the same however far it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    literal,
    select,
    tuple_,
    union,
)

PAGE_ROWS = 50
# Rows of a file that are read at once.
_AT_ONCE = 1_000
# What a list is sorted by and the first part of its key.
_OF_ONE_TABLE = 2


class DamagedLink(Exception):  # noqa: N818 - worded for the person who followed the link
    """The address of a page does not hold what such an address holds."""


@dataclass(frozen=True)
class Order:
    """How a list is sorted: by a column without NULLs, then by its key, which may have parts."""

    by: ColumnElement[Any]
    key: ColumnElement[Any] | tuple[ColumnElement[Any], ...]
    read: Callable[[str], date | datetime]
    descending: bool = False

    @property
    def columns(self) -> tuple[ColumnElement[Any], ...]:
        """Everything it is sorted by."""
        return (self.by, *(self.key if isinstance(self.key, tuple) else (self.key,)))

    def keys(self, text: str) -> list[Any]:
        """The parts of the key that a cursor names. Raises ValueError."""
        if not isinstance(self.key, tuple):
            return [text]
        found = json.loads(text)
        kinds = [int if isinstance(one.type, Integer) else str for one in self.key]
        if not isinstance(found, list) or [type(one) for one in found] != kinds:
            raise ValueError(text)
        return found


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
        previous=_cursor(rows[0], order) if rows and (more if backwards else place.after) else "",
        next=_cursor(rows[-1], order) if rows and (backwards or more) else "",
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
    sorting = [c.desc() if descending else c.asc() for c in order.columns]
    named = [c.label(f"sorted_by_{number}") for number, c in enumerate(order.columns)]
    found = [one.add_columns(*named).order_by(*sorting).limit(most) for one in queries]
    if len(found) == 1:
        return found[0]
    both = union(*(select(one.subquery()) for one in found)).subquery()
    again = [both.c[one.name] for one in named]
    return select(both).order_by(*(c.desc() if descending else c.asc() for c in again)).limit(most)


def _beyond(order: Order, edge: str, *, descending: bool) -> ColumnElement[bool]:
    text, _, key = edge.partition("~")
    try:
        value, keys = order.read(text), order.keys(key)
    except ValueError:
        raise DamagedLink("The place in the list that this link names cannot be read.") from None
    if isinstance(value, datetime) and value.tzinfo is None:
        raise DamagedLink("The place in the list that this link names has no time zone.")
    edges = [literal(one, c.type) for one, c in zip((value, *keys), order.columns, strict=True)]
    # Compared as a row, so that an index of the columns leads to the place.
    mine, its = tuple_(*order.columns), tuple_(*edges)
    found = mine < its if descending else mine > its
    if len(edges) == _OF_ONE_TABLE:
        return found
    # Parts of a key may be of another table: those of the first lead there by themselves.
    mine, its = tuple_(*order.columns[:_OF_ONE_TABLE]), tuple_(*edges[:_OF_ONE_TABLE])
    return found & (mine <= its if descending else mine >= its)


def _cursor(row: Row[Any], order: Order) -> str:
    by, *keys = row[-len(order.columns) :]
    return f"{by.isoformat()}~{json.dumps(keys) if isinstance(order.key, tuple) else keys[0]}"
