"""The hash chain: each fact's hash covers its content and the hash before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

GENESIS = ""
NOTHING_ERASED: Mapping[tuple[str, int], str] = MappingProxyType({})


class Link(NamedTuple):
    """What the hash of a fact covers, with the two hashes that are stored beside it."""

    stream: str
    number: int
    kind: str
    body: str
    recorded_at: datetime
    by: str
    previous_hash: str
    hash: str


def hash_of(  # noqa: PLR0913, PLR0917 - the columns the hash covers
    previous: str, stream: str, number: int, kind: str, body: str, at: datetime, by: str
) -> str:
    """SHA-256 over the columns of a fact; `at` counts as UTC microseconds."""
    fields = (previous, stream, str(number), kind, body, f"{at:%Y-%m-%dT%H:%M:%S.%f}", by)
    return hashlib.sha256("\x1f".join(fields).encode()).hexdigest()


def breaks(
    links: Iterable[Link], erased: Mapping[tuple[str, int], str] = NOTHING_ERASED
) -> Iterator[str]:
    """Sentences about every place where the chain is broken; links sorted by stream and number.

    `erased` is what is left of facts whose personal part was erased: their hashes stay.
    """
    stream, number, previous = "", 0, GENESIS
    for link in links:
        if link.stream != stream:
            stream, number, previous = link.stream, 0, GENESIS
        number += 1
        if link.number != number:
            yield f"{stream}: fact {number} is missing"
            number = link.number
        elif link.previous_hash != previous or not _is_recorded(link, erased):
            yield f"{stream}: fact {number} was changed after it was recorded"
        previous = link.hash


def _is_recorded(link: Link, erased: Mapping[tuple[str, int], str]) -> bool:
    left = erased.get((link.stream, link.number))
    return link.hash == _hash(link) if left is None else link.body == left


def _hash(link: Link) -> str:
    return hash_of(
        link.previous_hash,
        link.stream,
        link.number,
        link.kind,
        link.body,
        link.recorded_at,
        link.by,
    )
