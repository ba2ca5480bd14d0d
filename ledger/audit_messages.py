"""Reading messages for an audit: their words hashed again, and what the provider said of them."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from typing import Any

from sqlalchemy import Row, Select, select

from dunning.audit.account import Message, Said
from ledger.books import Books
from ledger.correspondence import DeliveryEventRow, MessageContentRow
from ledger.erased import MESSAGE_, erased_in
from ledger.rows import CHUNK, chunks
from ledger.tables import MessageRow, table

MESSAGE, EVENT = table(MessageRow), table(DeliveryEventRow)
CONTENT = table(MessageContentRow)
# The fields of a message that its row has, in their order.
_KEPT = [
    MESSAGE.c[name]
    for name in (
        "attempt channel local_date letter level contact address claimant state claimed_at"
        " provider_id content_hash delivery"
    ).split()
]
_MESSAGES: Select[Any] = select(*_KEPT, MESSAGE.c.customer)


def messages_of(
    books: Books, customers: Iterable[str], worded: Container[str]
) -> dict[str, list[Message]]:
    """The messages of the customers, each one's in the order of their claims.

    All words are hashed again; only those to the `worded` customers are read.
    """
    found: dict[str, list[Message]] = defaultdict(list)
    for some in chunks(customers):
        query = _MESSAGES.where(MESSAGE.c.customer.in_(some))
        rows = books.connection.execute(query.order_by(MESSAGE.c.claimed_at, MESSAGE.c.attempt))
        for batch in rows.partitions(CHUNK):
            for row, message in _with_evidence(books, batch, worded):
                found[row.customer].append(message)
    return found


def _with_evidence(
    books: Books, rows: Sequence[Row[Any]], worded: Container[str]
) -> list[tuple[Row[Any], Message]]:
    attempts = [row.attempt for row in rows]
    events: dict[str, list[Said]] = defaultdict(list)
    query = select(EVENT.c.attempt, EVENT.c.kind, EVENT.c.at).where(EVENT.c.attempt.in_(attempts))
    order = (EVENT.c.recorded_at, EVENT.c.at, EVENT.c.event)
    for attempt, kind, at in books.connection.execute(query.order_by(*order)).all():
        events[attempt].append(Said(kind, at))
    words = select(CONTENT.c.attempt, CONTENT.c.content).where(CONTENT.c.attempt.in_(attempts))
    kept: dict[str, bytes] = {row[0]: row[1] for row in books.connection.execute(words).all()}
    gone = erased_in(books.connection, MESSAGE_, (one for one in attempts if one not in kept))

    def contents(row: Row[Any]) -> tuple[str, str]:
        if row.attempt in gone:
            return row.content_hash, ""
        return _read(kept.get(row.attempt), is_worded=row.customer in worded)

    return [(row, _message(row, contents(row), events[row.attempt])) for row in rows]


def _message(row: Row[Any], content: tuple[str, str], events: Sequence[Said]) -> Message:
    fields: tuple[Any, ...] = (*row[: len(_KEPT)], *content, tuple(events))
    return Message(*fields)


def _read(content: bytes | None, *, is_worded: bool) -> tuple[str, str]:
    """The hash of the kept words, and the words; what cannot be read has no words."""
    if content is None:
        return "", ""
    try:
        plain = zlib.decompress(content)
    except zlib.error:
        return "unreadable", ""
    digest = hashlib.sha256(plain).hexdigest()
    if not is_worded:
        return digest, ""
    try:
        fields = json.loads(plain)
    except ValueError:
        return digest, ""
    return digest, f"{fields.get('subject', '')}\n{fields.get('text', '')}"
