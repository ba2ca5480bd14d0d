"""Writing sets of rows the same way on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any, Literal, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Select,
    String,
    Table,
    bindparam,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from ledger.tables import table

# Below the number of parameters either database takes in one statement.
CHUNK = 500
# So few rows PostgreSQL is told one by one.
ONE_BY_ONE = 10

Row = dict[str, Any]
# What becomes of a row whose primary key exists; nothing is said of rows that are new.
Known = Literal["", "update", "nothing"]
T = TypeVar("T")


def append(connection: Connection, model: type[SQLModel], rows: Sequence[Row]) -> None:
    """Insert rows that are new."""
    _write(connection, model, rows, "")


def upsert(connection: Connection, model: type[SQLModel], rows: Sequence[Row]) -> None:
    """Insert rows, or update exactly the given columns of those whose primary key exists."""
    if len(rows) > 1:
        # One statement may not update a row twice.
        key = [column.name for column in table(model).primary_key]
        rows = list({tuple(row[name] for name in key): row for row in rows}.values())
    _write(connection, model, rows, "update")


def insert_missing(connection: Connection, model: type[SQLModel], rows: Sequence[Row]) -> None:
    """Insert the rows whose primary key does not exist yet."""
    _write(connection, model, rows, "nothing")


def listed(of: Table, columns: Sequence[str]) -> Select[Any]:
    """The rows of one list a column: PostgreSQL reads one statement instead of one a row."""
    lists = [bindparam(name, type_=postgresql.ARRAY(of.c[name].type)) for name in columns]
    given = func.unnest(*lists).table_valued(*columns, name="given").render_derived()
    return select(*(given.c[name] for name in columns))


def listing(words: Iterable[str]) -> list[ColumnElement[str]]:
    """Words of ours for an IN list that never changes; one of values is written out every time."""
    return [literal_column(repr(word), String()) for word in words]


def lists_of(rows: Sequence[Row]) -> dict[str, list[Any]]:
    """Rows as a list a column, which `listed` makes rows of again."""
    return {name: [row[name] for row in rows] for name in rows[0]}


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Pieces short enough for one IN list, or of another size."""
    iterator = iter(values)
    while piece := list(islice(iterator, size)):
        yield piece


def _write(
    connection: Connection, model: type[SQLModel], rows: Sequence[Row], known: Known
) -> None:
    if not rows:
        return
    names = tuple(rows[0])
    if connection.dialect.name == "postgresql" and len(rows) > ONE_BY_ONE:
        connection.execute(_writing("lists", model, names, known), lists_of(rows))
    else:
        connection.execute(_writing(connection.dialect.name, model, names, known), list(rows))


# Built once: to put such a statement together takes longer than to run it.
@cache
def _writing(
    form: str, model: type[SQLModel], columns: tuple[str, ...], known: Known
) -> Executable:
    of = table(model)
    insert = sqlite.insert(of) if form == "sqlite" else postgresql.insert(of)
    statement = insert.from_select(columns, listed(of, columns)) if form == "lists" else insert
    key = [column.name for column in of.primary_key]
    if known == "nothing":
        return statement.on_conflict_do_nothing(index_elements=key)
    changed = {name: statement.excluded[name] for name in columns if name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=changed) if known else statement
