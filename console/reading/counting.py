"""Counts of lists that may be long: so many rows are counted, and whether there are more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Select, func, literal, select, union_all

MOST_COUNTED = 1_000


class Count(int):
    """A number of rows; with `more` there are more than that."""

    more: bool

    def __new__(cls, value: int, *, more: bool = False) -> Self:
        """A count, and whether it stopped there."""
        made = super().__new__(cls, value)
        made.more = more
        return made

    def __add__(self, other: int) -> Count:
        """The sum; it is as uncertain as its parts."""
        return Count(int(self) + int(other), more=self.more or getattr(other, "more", False))

    __radd__ = __add__


def counted(connection: Connection, query: Select[Any], most: int = MOST_COUNTED) -> Count:
    """How many rows a query has; no more than `most` are counted."""
    return counted_each(connection, {"": query}, most)[""]


def counted_each(
    connection: Connection, queries: Mapping[str, Select[Any]], most: int = MOST_COUNTED
) -> dict[str, Count]:
    """How many rows each of some queries has, by name; of none more than `most` are counted."""
    if not queries:
        return {}
    parts = []
    for name, query in queries.items():
        some = query.order_by(None).limit(most + 1).subquery()
        parts.append(select(literal(name).label("name"), func.count().label("n")).select_from(some))
    rows = connection.execute(union_all(*parts))
    return {row.name: Count(min(int(row.n), most), more=row.n > most) for row in rows}


def counted_by(
    connection: Connection,
    query: Select[Any],
    column: ColumnElement[Any],
    values: Iterable[str],
    most: int = MOST_COUNTED,
) -> dict[str, Count]:
    """How many rows of a query have each of these values in a column; those without are left out.

    An index that begins with the column makes it cost the same however long the list is.
    """
    found = counted_each(connection, {one: query.where(column == one) for one in values}, most)
    return {value: count for value, count in found.items() if count}


def values_of(
    connection: Connection, column: ColumnElement[str], *where: ColumnElement[bool]
) -> list[str]:
    """The different values of a column that begins an index, in their order: a step for each."""
    found: list[str] = []
    step = select(func.min(column)).where(*where)
    value = connection.execute(step).scalar()
    while value is not None:
        found.append(value)
        value = connection.execute(step.where(column > value)).scalar()
    return found
