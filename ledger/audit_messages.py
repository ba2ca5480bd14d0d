"""Reading messages for an audit: their words hashed again, and what the provider said of them."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from typing import Any

from sqlalchemy import Row, select

from dunning.audit.account import Message, Said
from ledger.books import Books
from ledger.correspondence import DeliveryEventRow, MessageContentRow
from ledger.rows import CHUNK, chunks
from ledger.tables import MessageRow, table

MESSAGE, EVENT = table(MessageRow), table(DeliveryEventRow)
CONTENT = table(MessageContentRow)


def messages_of(
    books: Books, customers: Iterable[str], worded: Container[str]
) -> dict[str, list[Message]]:
    """The messages of the customers, each one's in the order of their claims.

    All words are hashed again; only those to the `worded` customers are read.
    """
    found: dict[str, list[Message]] = defaultdict(list)
    for some in chunks(customers):
        query = select(MESSAGE).where(MESSAGE.c.customer.in_(some))
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
    for attempt, kind, at in books.connection.execute(query.order_by(*order)):
        events[attempt].append(Said(kind, at))
    words = select(CONTENT).where(CONTENT.c.attempt.in_(attempts))
    kept = {row.attempt: row.content for row in books.connection.execute(words)}
    return [
        (
            row,
            _message(
                row, kept.get(row.attempt), events[row.attempt], is_worded=row.customer in worded
            ),
        )
        for row in rows
    ]


def _message(
    row: Row[Any], content: bytes | None, events: Sequence[Said], *, is_worded: bool
) -> Message:
    digest, words = _read(content, is_worded=is_worded)
    return Message(
        attempt=row.attempt,
        channel=row.channel,
        local_date=row.local_date,
        letter=row.letter,
        level=row.level,
        contact=row.contact,
        address=row.address,
        claimant=row.claimant,
        state=row.state,
        claimed_at=row.claimed_at,
        provider_id=row.provider_id,
        content_hash=row.content_hash,
        delivery=row.delivery,
        digest=digest,
        text=words,
        events=tuple(events),
    )


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
