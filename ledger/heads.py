"""Heads: where each stream ends, so that its next fact is chained to the last and not before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select

from ledger.chain import GENESIS, hash_of
from ledger.rows import chunks
from ledger.tables import FactRow, table
from ledger.wire import AnyFact, stored_body

FACT = table(FactRow)
_COLUMNS = ("stream", "number", "kind", "body", "recorded_at", "by")
# A case, its customer, the channels: most that is asked for.
_FEW = 2
_INSTANT = timedelta(microseconds=1)
F = TypeVar("F", bound=AnyFact)


def among(streams: Sequence[str]) -> dict[str, object]:
    """Values of a statement with `one_of(few(streams))`."""
    if not few(streams):
        return {"streams": streams}
    return {f"stream{number}": stream for number, stream in enumerate(streams)}


def few(streams: Sequence[str]) -> int:
    """How many streams, when they are few; 0 for any number of them."""
    return len(streams) if len(streams) <= _FEW else 0


def one_of(few: int) -> ColumnElement[bool]:
    """That a fact is of these streams. A list of any length is written out for every execution."""
    if not few:
        return FACT.c.stream.in_(bindparam("streams", expanding=True))
    return FACT.c.stream.in_([bindparam(f"stream{number}") for number in range(few)])


def ends(few: int) -> Select[tuple[str, int]]:
    """The number of the last fact of each of these streams."""
    last = func.max(FACT.c.number).label("number")
    return select(FACT.c.stream, last).where(one_of(few)).group_by(FACT.c.stream)


class Head(NamedTuple):
    """The number, hash and moment of the last fact of a stream."""

    number: int = 0
    hash: str = GENESIS
    at: datetime | None = None


class Heads:
    """The heads of the streams that were read or written in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[str, Head] = {}

    def note(self, stream: str, number: int, last: str, at: datetime) -> None:
        """Remember a head that was read with its stream."""
        self._known[stream] = Head(number, last, at)

    def of(self, stream: str) -> Head:
        """The head of a stream; that of an empty one where it has no facts."""
        self.find([stream])
        return self._known.get(stream, Head())

    def find(self, streams: Iterable[str]) -> None:
        """Look up the heads that are not known yet."""
        for some in chunks(sorted(set(streams) - self._known.keys())):
            for row in self._connection.execute(_heads(few(some)), among(some)):
                self.note(*row)

    def in_order(self, stream: str, facts: Sequence[F]) -> list[F]:
        """The facts, each after what is known already.

        Whoever waited for a lock, or whose clock is slow, comes with a moment that has passed:
        its facts take effect when they are recorded, so that the books tell what came after what.
        """
        last = self.of(stream).at
        found: list[F] = []
        for fact in facts:
            at = fact.at if last is None or fact.at >= last else last + _INSTANT
            at = max(at, found[-1].at) if found else at
            found.append(fact if at == fact.at else replace(fact, at=at))
        return found

    def rows(self, entries: Iterable[tuple[str, AnyFact]]) -> list[dict[str, Any]]:
        """The rows of facts to be appended, chained to the heads, which they then are."""
        pairs = list(entries)
        self.find(stream for stream, _ in pairs)
        return [self._row(stream, fact) for stream, fact in pairs]

    def _row(self, stream: str, fact: AnyFact) -> dict[str, Any]:
        head = self._known.get(stream, Head())
        envelope = (stream, head.number + 1, fact.kind, stored_body(fact), fact.at, fact.by)
        digest = hash_of(head.hash, *envelope)
        self.note(stream, head.number + 1, digest, fact.at)
        row = dict(zip(_COLUMNS, envelope, strict=True))
        return row | {"previous_hash": head.hash, "hash": digest}


# Built once: to put such a statement together takes longer than to run it.
@cache
def _heads(few: int) -> Select[Any]:
    end = ends(few).subquery()
    return select(FACT.c.stream, FACT.c.number, FACT.c.hash, FACT.c.recorded_at).join(
        end, (FACT.c.stream == end.c.stream) & (FACT.c.number == end.c.number)
    )
