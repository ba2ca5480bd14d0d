"""One root over the heads of all streams, and proofs that a stream belongs to it.

A tree of SHA-256: leaves are `00 | stream US number US hash`, nodes `01 | left | right`; a node
without a neighbour moves up as it is. Streams are in the order of their UTF-8 bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, tuple_

from ledger.books import Books
from ledger.tables import FactRow, table

FACT = table(FactRow)
Proof = list[tuple[str, str]]


class Head(NamedTuple):
    """The newest fact of a stream."""

    stream: str
    number: int
    hash: str


@dataclass(frozen=True)
class Heads:
    """The heads of all streams at one moment, as a tree; `facts` is how many facts they end."""

    facts: int
    streams: Sequence[str]
    levels: Sequence[Sequence[bytes]]
    # How many facts each stream has, in the order of the streams.
    numbers: Sequence[int] = ()
    _places: Mapping[str, int] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """What all streams together come to; empty for empty books."""
        return self.levels[-1][0].hex() if self.streams else ""

    def proof(self, stream: str) -> Proof:
        """The neighbours on the way from the stream's head to the root, each with its side."""
        place, proof = self._places[stream], Proof()
        for level in self.levels[:-1]:
            other = place ^ 1
            if other < len(level):
                proof.append(("left" if other < place else "right", level[other].hex()))
            place //= 2
        return proof


def heads_at(books: Books, moment: datetime) -> Heads:
    """The heads of all streams by what was recorded up to a moment."""
    last = select(FACT.c.stream, func.max(FACT.c.number)).where(FACT.c.recorded_at <= moment)
    ends = tuple_(FACT.c.stream, FACT.c.number).in_(last.group_by(FACT.c.stream))
    query = select(FACT.c.stream, FACT.c.number, FACT.c.hash).where(ends)
    rows = books.connection.execute(query, execution_options={"yield_per": 5000})
    return tree_of(Head(*row) for row in rows)


def tree_of(heads: Iterable[Head]) -> Heads:
    """The tree over these heads."""
    found = sorted((one.stream.encode(), one.number, leaf_of(one)) for one in heads)
    streams = [stream.decode() for stream, _, _ in found]
    levels = [[leaf for _, _, leaf in found]]
    while len(levels[-1]) > 1:
        levels.append(_above(levels[-1]))
    places = {stream: place for place, stream in enumerate(streams)}
    numbers = [number for _, number, _ in found]
    return Heads(sum(numbers), streams, levels, numbers, places)


def leaf_of(head: Head) -> bytes:
    """The leaf of a head."""
    return hashlib.sha256(b"\x00" + "\x1f".join(map(str, head)).encode()).digest()


def root_from(head: Head, proof: Iterable[Sequence[str]]) -> str:
    """The root that the proof leads to. Raises ValueError when the proof is none."""
    node = leaf_of(head)
    for side, neighbour in proof:
        other = bytes.fromhex(neighbour)
        node = _node(other, node) if side == "left" else _node(node, other)
    return node.hex()


def _above(level: Sequence[bytes]) -> list[bytes]:
    pairs = zip(level[::2], level[1::2], strict=False)
    above = [_node(left, right) for left, right in pairs]
    return [*above, level[-1]] if len(level) % 2 else above


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
