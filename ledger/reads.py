"""The register of reads: who looked at personal data, where the setting asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Index, Select, insert, select
from sqlmodel import Field, SQLModel

from ledger.tables import moment, table

DESK, API, COMMAND = "desk", "api", "command"
_BATCH = 1000


class ReadRow(SQLModel, table=True):
    """One read: numbers only, so that the register itself tells nothing about a customer."""

    __tablename__ = "read_record"
    __table_args__ = (
        Index("ix_read_record_at", "at", "id"),
        Index("ix_read_record_about", "about", "id"),
        Index("ix_read_record_person", "person", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = moment()
    person: str
    way: str
    what: str
    about: str = ""
    key: str = ""


READ = table(ReadRow)


class Read(NamedTuple):
    """`what` was read of `about`, a number of a customer, invoice or message; `key` of the API."""

    at: datetime
    person: str
    way: str
    what: str
    about: str = ""
    key: str = ""


class Sought(NamedTuple):
    """Which reads are sought: by person, by what or whom they are about, and from when to when."""

    person: str = ""
    about: str = ""
    what: str = ""
    first: datetime | None = None
    last: datetime | None = None


def append_reads(connection: Connection, reads: Sequence[Read]) -> None:
    """Append reads; the database takes none away again."""
    connection.execute(insert(READ), [one._asdict() for one in reads])


def reads_before(connection: Connection, sought: Sought, before: int, limit: int) -> list[ReadRow]:
    """Reads with numbers below `before` (0: the newest), newest first."""
    query = _sought(sought).order_by(READ.c.id.desc()).limit(limit)
    if before:
        query = query.where(READ.c.id < before)
    return [ReadRow(**row) for row in connection.execute(query).mappings()]


def reads_between(connection: Connection, first: datetime, last: datetime) -> Iterator[Read]:
    """Every read of a time, in order."""
    query = _sought(Sought(first=first, last=last)).order_by(READ.c.id)
    for row in connection.execute(query, execution_options={"yield_per": _BATCH}).mappings():
        yield Read(**{name: row[name] for name in Read._fields})


def _sought(sought: Sought) -> Select[tuple[object, ...]]:
    query = select(READ)
    for name in ("person", "about", "what"):
        if value := getattr(sought, name):
            query = query.where(READ.c[name] == value)
    if sought.first is not None:
        query = query.where(READ.c.at >= sought.first)
    return query if sought.last is None else query.where(READ.c.at <= sought.last)
