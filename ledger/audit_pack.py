"""What an evidence pack reads from the books: population, registers, touches, single streams."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select, tuple_

from dunning.facts import InvoiceOpened
from dunning.policy_versions import PolicyVersion, fold_versions
from dunning.touch_facts import TouchStarted
from ledger.books import Books
from ledger.correspondence import MessageContentRow
from ledger.merkle import Head
from ledger.policy_versions import policy_history
from ledger.rows import chunks
from ledger.tables import CaseRow, FactRow, table
from ledger.wire import AnyFact, fact_of

CASE, FACT, CONTENT = table(CaseRow), table(FactRow), table(MessageContentRow)
_COLUMNS = tuple(FACT.c[name] for name in "stream number kind body recorded_at by".split())
_BATCH = {"yield_per": 2000}
# Facts about audits come after what they are about and must not move its moment.
_ABOUT_AUDITS = ("audit:", "finding:")


class Stored(NamedTuple):
    """A fact as it is stored, for a list."""

    stream: str
    number: int
    fact: AnyFact


class Link(NamedTuple):
    """A fact as it is stored, with its chain."""

    number: int
    kind: str
    body: str
    at: datetime
    by: str
    previous: str
    hash: str


def count_invoices(books: Books) -> int:
    """How many invoices are or were followed."""
    return int(books.connection.execute(select(func.count()).select_from(CASE)).scalar_one())


def newest_moment(books: Books) -> datetime | None:
    """When the newest fact was recorded that is not about an audit; None for empty books."""
    mine = [FACT.c.stream.not_like(f"{one}%") for one in _ABOUT_AUDITS]
    query = select(FACT.c.recorded_at).where(*mine).order_by(FACT.c.id.desc()).limit(1)
    return books.connection.execute(query).scalar()


def invoices_opened(books: Books, moment: datetime) -> Iterator[InvoiceOpened]:
    """Every invoice that was taken in up to a moment, by its number."""
    for stored in _facts(books, ("invoice_opened",), None, moment, by_stream=True):
        if isinstance(stored.fact, InvoiceOpened):
            yield stored.fact


def facts_of_kinds(
    books: Books, kinds: Sequence[str], first: datetime, last: datetime
) -> Iterator[Stored]:
    """Facts of these kinds that were recorded in a time, in the order of recording."""
    return _facts(books, kinds, first, last, by_stream=False)


def touches_started(
    books: Books, first: datetime, last: datetime
) -> Iterator[tuple[str, int, TouchStarted]]:
    """Every touch that was claimed in a time: its stream, its number and its fact."""
    for stored in _facts(books, ("touch_started",), first, last, by_stream=False):
        if isinstance(stored.fact, TouchStarted):
            yield stored.stream, stored.number, stored.fact


def links_of(books: Books, stream: str, moment: datetime) -> list[Link]:
    """The facts of a stream up to its last one of a moment, as they are stored."""
    end = select(func.max(FACT.c.number)).where(
        FACT.c.stream == stream, FACT.c.recorded_at <= moment
    )
    columns = (*_COLUMNS[1:], FACT.c.previous_hash, FACT.c.hash)
    query = select(*columns).where(FACT.c.stream == stream, FACT.c.number <= end.scalar_subquery())
    return [Link(*row) for row in books.connection.execute(query.order_by(FACT.c.number))]


def heads_of(books: Books, numbers: Mapping[str, int]) -> list[Head]:
    """The facts of these numbers in their streams, with their hashes, in the order of streams."""
    found: list[Head] = []
    for some in chunks(sorted(numbers)):
        pairs = [(stream, numbers[stream]) for stream in some]
        query = select(FACT.c.stream, FACT.c.number, FACT.c.hash).where(
            tuple_(FACT.c.stream, FACT.c.number).in_(pairs)
        )
        found += [Head(*row) for row in books.connection.execute(query)]
    return sorted(found)


def words_of(books: Books, attempts: Iterable[str]) -> dict[str, bytes]:
    """The kept words of messages, unpacked; what cannot be unpacked is left out."""
    found: dict[str, bytes] = {}
    for some in chunks(attempts):
        for attempt, content in books.connection.execute(
            select(CONTENT.c.attempt, CONTENT.c.content).where(CONTENT.c.attempt.in_(some))
        ):
            try:
                found[attempt] = zlib.decompress(content)
            except zlib.error:
                continue
    return found


def versions_between(books: Books, first: datetime, last: datetime) -> list[PolicyVersion]:
    """The versions of the policies that were in force in a time, oldest first."""
    versions = fold_versions(policy_history(books))
    effective = [one for one in versions if one.effective_at and one.effective_at <= last]
    effective.sort(key=lambda one: (one.effective_at or last, one.version))
    before = [one for one in effective if one.effective_at and one.effective_at <= first]
    return [*before[-1:], *(one for one in effective if one not in before)]


def sha256_of(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _facts(
    books: Books, kinds: Sequence[str], first: datetime | None, last: datetime, *, by_stream: bool
) -> Iterator[Stored]:
    order = FACT.c.stream if by_stream else FACT.c.id
    query = select(*_COLUMNS).where(FACT.c.kind.in_(kinds), FACT.c.recorded_at <= last)
    if first is not None:
        query = query.where(FACT.c.recorded_at >= first)
    rows: Any = books.connection.execute(query.order_by(order), execution_options=_BATCH)
    for stream, number, *row in rows:
        yield Stored(stream, number, fact_of(*row))
