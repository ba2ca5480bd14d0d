"""Paging by key: a page begins where another ended, so it costs the same however far it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, or_

PAGE_ROWS = 50


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
    connection: Connection, query: Select[Any], order: Order, place: Place, size: int = PAGE_ROWS
) -> Page:
    """The page of a list at a place. Raises DamagedLink when its cursor cannot be read."""
    backwards = bool(place.before)
    descending = order.descending != backwards
    edge = place.before or place.after
    if edge:
        query = query.where(_beyond(order, edge, descending=descending))
    columns = (order.by, order.key)
    query = query.order_by(*(c.desc() if descending else c.asc() for c in columns))
    query = query.add_columns(order.by.label("sorted_by"), order.key.label("sorted_key"))
    found = connection.execute(query.limit(size + 1)).all()
    rows = list(found[:size])
    if backwards:
        rows.reverse()
    more = len(found) > size
    return Page(
        rows,
        previous=_cursor(rows[0]) if rows and (more if backwards else place.after) else "",
        next=_cursor(rows[-1]) if rows and (backwards or more) else "",
    )


def _beyond(order: Order, edge: str, *, descending: bool) -> ColumnElement[bool]:
    text, _, key = edge.partition("~")
    try:
        value = order.read(text)
    except ValueError:
        raise DamagedLink("The place in the list that this link names cannot be read.") from None
    if isinstance(value, datetime) and value.tzinfo is None:
        raise DamagedLink("The place in the list that this link names has no time zone.")
    if descending:
        return or_(order.by < value, and_(order.by == value, order.key < key))
    return or_(order.by > value, and_(order.by == value, order.key > key))


def _cursor(row: Row[Any]) -> str:
    return f"{row.sorted_by.isoformat()}~{row.sorted_key}"
