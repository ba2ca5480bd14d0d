"""The newest fact: books that no longer have it are of an earlier hour."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, or_, select

from ledger.tables import FactRow, table

FACT = table(FactRow)
# What is being sent is on the disk before it is sent; other facts are a little later.
_DURABLE = ("touch_started", "statement_started")


class Newest(NamedTuple):
    """A fact by its place and hash, and the hash of the first fact: whose books it is in."""

    books: str
    place: int
    hash: str
    at: datetime


def newest_fact(connection: Connection, settled: datetime) -> Newest | None:
    """The newest fact that no power failure takes back: a claim, or one of before `settled`."""
    first = select(FACT.c.hash).order_by(FACT.c.id).limit(1).scalar_subquery()
    kept = or_(FACT.c.kind.in_(_DURABLE), FACT.c.recorded_at < settled)
    query = select(first, FACT.c.id, FACT.c.hash, FACT.c.recorded_at).where(kept)
    row = connection.execute(query.order_by(FACT.c.id.desc()).limit(1)).first()
    return Newest(*row) if row else None


def are_behind(connection: Connection, known: Newest) -> bool:
    """Whether these are the same books without the fact."""
    there = select(FACT.c.hash).where(FACT.c.id == known.place)
    return not are_others(connection, known) and connection.scalar(there) != known.hash


def are_others(connection: Connection, known: Newest) -> bool:
    """Whether these are other books than those that had the fact: they begin otherwise."""
    first = select(FACT.c.hash).order_by(FACT.c.id).limit(1)
    return connection.scalar(first) != known.books


def last_before(connection: Connection, moment: datetime) -> datetime | None:
    """The moment of the last fact before this one."""
    return connection.execute(
        select(func.max(FACT.c.recorded_at)).where(FACT.c.recorded_at < moment)
    ).scalar()
