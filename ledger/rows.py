"""Writing sets of rows the same way on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from ledger.tables import table

# Below the number of parameters either database takes in one statement.
CHUNK = 500

Row = dict[str, Any]
T = TypeVar("T")


def upsert(connection: Connection, model: type[SQLModel], rows: Sequence[Row]) -> None:
    """Insert rows, or update exactly the given columns of those whose primary key exists."""
    if not rows:
        return
    connection.execute(_upserting(connection.dialect.name, model, tuple(rows[0])), list(rows))


def insert_missing(connection: Connection, model: type[SQLModel], rows: Sequence[Row]) -> None:
    """Insert the rows whose primary key does not exist yet."""
    if rows:
        statement, key = _insert(connection.dialect.name, model)
        connection.execute(statement.on_conflict_do_nothing(index_elements=key), list(rows))


# Built once: to put such a statement together takes longer than to run it.
@cache
def _upserting(dialect: str, model: type[SQLModel], columns: tuple[str, ...]) -> Executable:
    statement, key = _insert(dialect, model)
    changed = {name: statement.excluded[name] for name in columns if name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=changed)


def _insert(
    dialect: str, model: type[SQLModel]
) -> tuple[postgresql.Insert | sqlite.Insert, list[str]]:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table(model)), [column.name for column in table(model).primary_key]


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """Pieces short enough for one IN list."""
    iterator = iter(values)
    while piece := list(islice(iterator, CHUNK)):
        yield piece
