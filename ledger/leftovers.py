"""Where a name still stands after an erasure, and giving the room of what was erased back."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    LargeBinary,
    String,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel


def leftovers(connection: Connection, names: Collection[str]) -> Iterator[str]:
    """Every column in which one of the names still stands, and in how many rows, as words."""
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            if not names or not isinstance(_plain(column), String | LargeBinary):
                continue
            hits = [_holds(connection, column, one) for one in sorted(names)]
            query = select(func.count()).select_from(table).where(or_(*hits))
            if count := connection.execute(query).scalar_one():
                yield f"{table.name}.{column.name}: {count}"


def compact(engine: Engine) -> bool:
    """Write the books' file anew without what was erased; False while somebody else uses it.

    A dump of PostgreSQL has live rows only; its server gives room back by itself.
    """
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()
    try:
        for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM"):
            connection.cursor().execute(statement)
        row = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return bool(row) and row[0] == 0


def _holds(connection: Connection, column: Column[Any], name: str) -> ColumnElement[bool]:
    if connection.dialect.name == "sqlite":
        sought = name if isinstance(_plain(column), String) else name.encode()
        return func.instr(column, sought) > 0
    if isinstance(_plain(column), String):
        return func.strpos(column, name) > 0
    return func.position(literal(name.encode(), LargeBinary).op("IN")(column)) > 0


def _plain(column: Column[Any]) -> TypeEngine[Any]:
    """The type as the database has it: ours and SQLModel's wrap it."""
    kind = column.type
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind
