"""Reading facts with their chain: every stored byte is hashed again on the way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, text

from ledger.books import Books
from ledger.chain import GENESIS
from ledger.erased import erased_facts
from ledger.rows import chunks
from ledger.wire import AnyFact, stored_fact

# Plain SQL, so that what is stored is seen as it is stored and not as a column type reads it.
_OF_STREAMS = text(
    'SELECT id, stream, number, kind, body, recorded_at, "by", previous_hash, hash FROM fact'
    " WHERE stream IN :streams ORDER BY stream, number"
).bindparams(bindparam("streams", expanding=True))
_OF_NO_CASE = text(
    'SELECT id, stream, number, kind, body, recorded_at, "by", previous_hash, hash FROM fact'
    " WHERE stream NOT LIKE 'invoice:%' OR NOT EXISTS"
    " (SELECT 1 FROM dunning_case WHERE dunning_case.invoice = substr(fact.stream, 9))"
    " ORDER BY stream, number"
)
_STAMP = "%Y-%m-%dT%H:%M:%S.%f"
_STAMP_LENGTH = 26


class Break(NamedTuple):
    """A place where the facts of a stream are not what was recorded."""

    stream: str
    number: int
    why: str


@dataclass
class Streams:
    """Reads streams of facts and notes every break of their chains."""

    books: Books
    breaks: list[Break]
    _erased: Mapping[tuple[str, int], str] = field(init=False)

    def __post_init__(self) -> None:
        """Find what was erased, once."""
        self._erased = erased_facts(self.books.connection)

    def read(self, streams: Iterable[str], *, check: bool) -> dict[str, list[AnyFact]]:
        """The facts of each stream that has any, oldest first; a break ends nothing."""
        found: dict[str, list[AnyFact]] = {}
        for some in chunks(streams):
            rows = self.books.connection.execute(_OF_STREAMS, {"streams": some}).all()
            chain = _Chain(self.breaks if check else [], self._erased)
            for row in rows:
                stamp = chain.check(row)
                fact = _fact(row, stamp)
                if fact is not None:
                    found.setdefault(row[1], []).append(fact)
                elif check:
                    self.breaks.append(Break(str(row[1]), int(row[2]), "cannot be read"))
        return found

    def read_others(self) -> Iterator[str]:
        """Check the facts that belong to no listed invoice; the streams' names, each once."""
        options = {"yield_per": 1000}
        rows = self.books.connection.execute(_OF_NO_CASE, execution_options=options)
        chain, last = _Chain(self.breaks, self._erased), None
        for row in rows:
            chain.check(row)
            if row[1] != last:
                last = row[1]
                yield str(last)


class _Chain:
    def __init__(self, breaks: list[Break], erased: Mapping[tuple[str, int], str]) -> None:
        self._breaks, self._erased = breaks, erased
        self._stream, self._number, self._previous, self._id = "", 0, GENESIS, 0

    def check(self, row: Sequence[Any]) -> str:
        """Compare a row with the one before it; the answer is its moment as it is hashed."""
        row_id, stream, number, kind, body, recorded_at, by, previous, digest = row
        if stream != self._stream:
            self._stream, self._number, self._previous, self._id = stream, 0, GENESIS, 0
        self._number += 1
        stamp = _stamp(recorded_at)
        fields = (previous, stream, str(number), kind, body, stamp, by)
        try:
            right = hashlib.sha256("\x1f".join(fields).encode()).hexdigest()
        except TypeError:
            right = ""
        left = self._erased.get((stream, number))
        is_recorded = digest == right if left is None else body == left
        if number != self._number:
            self._breaks.append(Break(str(stream), self._number, "is missing"))
            self._number = number
        elif previous != self._previous or not is_recorded or row_id <= self._id:
            self._breaks.append(Break(str(stream), number, "was changed after it was recorded"))
        self._previous, self._id = digest, row_id
        return stamp


def _stamp(stored: object) -> str:
    """The moment as the chain hashes it; empty for what was never written like that."""
    if isinstance(stored, datetime):
        return stored.astimezone(UTC).strftime(_STAMP)
    if not isinstance(stored, str) or len(stored) != _STAMP_LENGTH or stored[10] != " ":
        return ""
    return f"{stored[:10]}T{stored[11:]}"


def _fact(row: Sequence[Any], stamp: str) -> AnyFact | None:
    try:
        return stored_fact(row[3], row[4], f"{stamp}+00:00", row[6])
    except (ValueError, TypeError, KeyError, json.JSONDecodeError):
        return None
