"""Seals: what proves later that no fact went missing, not even the last ones of a stream.

A chain of hashes shows what was changed or taken out in the middle of a stream. That its end was
cut off shows only against something that was noted before: the seal of each recorded audit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from sqlalchemy import Connection, func, select, text

from dunning.finding_facts import AuditRecorded
from ledger.books import Books
from ledger.tables import FactRow, table

FACT = table(FactRow)
RUNS = "audit:runs"
_BATCH = {"yield_per": 5000}


@dataclass(frozen=True)
class Seal:
    """The seal of the facts with ids from `first` to `last`, and the root of all seals so far."""

    first: int
    last: int
    facts: int
    digest: str
    root: str


class BrokenSeal(NamedTuple):
    """A recorded audit saw other facts than there are now; `why` is a sentence."""

    run: str
    why: str


def wait_for_writers(connection: Connection) -> int:
    """The id of the newest fact, when no writer is in the middle of recording an older one.

    SQLite writes one transaction at a time anyway. Ask in a transaction of its own.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE fact IN SHARE MODE"))
    return int(connection.execute(select(func.coalesce(func.max(FACT.c.id), 0))).scalar_one())


def seal(books: Books, last: int, before: Sequence[AuditRecorded]) -> Seal:
    """Seal the facts up to this id that no run before has sealed."""
    first = before[-1].sealed_to + 1 if before else 1
    facts, digest = _digest(books.connection, first, last)
    root = before[-1].root if before else ""
    return Seal(first, max(last, first - 1), facts, digest, _root(root, digest))


def recorded_runs(books: Books) -> list[AuditRecorded]:
    """Every recorded audit, oldest first."""
    return cast("list[AuditRecorded]", books.histories([RUNS]).get(RUNS, []))


def broken_seals(books: Books) -> Iterator[BrokenSeal]:
    """Every recorded audit whose facts are no longer those it saw."""
    root, expected = "", 1
    for run in recorded_runs(books):
        facts, digest = _digest(books.connection, run.sealed_from, run.sealed_to)
        if facts != run.sealed_facts:
            why = f"it saw {run.sealed_facts} facts where {facts} are now"
            yield BrokenSeal(run.run, f"{why} (recorded by {run.by} on {run.at:%Y-%m-%d})")
        elif digest != run.seal:
            yield BrokenSeal(run.run, "the facts it saw are not those that are there now")
        if run.sealed_from != expected or run.root != _root(root, run.seal):
            yield BrokenSeal(run.run, "its own seal does not follow from that of the run before")
        root, expected = run.root, run.sealed_to + 1


def _digest(connection: Connection, first: int, last: int) -> tuple[int, str]:
    """How many facts have these ids, and SHA-256 over their places and hashes, in their order."""
    query = select(FACT.c.stream, FACT.c.number, FACT.c.hash)
    query = query.where(FACT.c.id >= first, FACT.c.id <= last).order_by(FACT.c.id)
    count, digest = 0, hashlib.sha256()
    for stream, number, its_hash in connection.execute(query, execution_options=_BATCH):
        digest.update(f"{stream}\x1f{number}\x1f{its_hash}\n".encode())
        count += 1
    return count, digest.hexdigest()


def _root(before: str, digest: str) -> str:
    return hashlib.sha256(f"{before}\x1f{digest}".encode()).hexdigest()
