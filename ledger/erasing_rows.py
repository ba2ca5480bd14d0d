"""Rows that no fact makes, and what is personal in them: messages, replies, arrivals, imports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote, quote_plus

from sqlalchemy import Column, Connection, Table, delete, false, or_, select, update

from dunning.personal import ERASED, ERASED_EMAIL, ERASED_PHONE, masked
from ledger.api_keys import ApiCallRow
from ledger.arrivals import WAITING
from ledger.correspondence import ArrivalRow, DeliveryEventRow, MessageContentRow, ReplyRow
from ledger.desk import FormRow, SavedViewRow
from ledger.desk_jobs import forget_jobs
from ledger.desk_uploads import forget_uploads
from ledger.erased import EVENT_, Erased
from ledger.findings import FindingRow
from ledger.imports import RejectRow
from ledger.payment_standing import InvoiceFileRow
from ledger.rows import chunks
from ledger.tables import ImportRow, MessageRow, OutboxRow, table
from ledger.whose import Whose

MESSAGE, CONTENT, OUTBOX = table(MessageRow), table(MessageContentRow), table(OutboxRow)
REPLY, ARRIVAL, EVENT = table(ReplyRow), table(ArrivalRow), table(DeliveryEventRow)
FINDING, FILE = table(FindingRow), table(InvoiceFileRow)
REJECT, IMPORT = table(RejectRow), table(ImportRow)
# What a reply says, in its own words or as they were read; what became of it stays.
SILENCED = {
    "from_address": "",
    "from_name": "",
    "to_address": "",
    "subject": ERASED,
    "message_id": "",
    "text": ERASED,
    "new_text": ERASED,
    "outcome": ERASED,
}
_EMPTY_ARRIVAL = {"body": b"", "details": "{}", "why": ERASED}
# Rows that are kept for a short while only, with the columns in which anything may stand.
_FORGOTTEN: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (table(ApiCallRow), ("answer",)),
    (table(FormRow), ("location", "said")),
    (table(SavedViewRow), ("query",)),
)


def masked_events(connection: Connection, mine: Whose) -> Iterator[Erased]:
    """What providers said of the customer's messages where it names somebody, and what is left."""
    for some in chunks(mine.attempts):
        query = select(EVENT.c.event, EVENT.c.why).where(EVENT.c.attempt.in_(some))
        for event, why in connection.execute(query):
            left = masked(why, mine.names)
            if left != why:
                yield Erased(EVENT_, event, 0, left)


def erase_rows(connection: Connection, mine: Whose, events: Sequence[Erased]) -> None:
    """Take what is personal out of all rows that are not made from facts."""
    for one in events:
        connection.execute(update(EVENT).where(EVENT.c.event == one.name).values(why=one.body))
    erase_messages(connection, mine.attempts)
    _erase_addresses(connection, mine.attempts)
    erase_replies(connection, mine.replies)
    _erase_arrivals(connection, mine)
    for some in chunks(mine.invoices):
        connection.execute(delete(FILE).where(FILE.c.invoice.in_(some)))
    for column in (FINDING.c.detail, IMPORT.c.file):
        _mask(connection, column, mine)
    spoilt = {"cells": "{}", "reason": ERASED}
    for number in _naming(connection, REJECT.c.id, (REJECT.c.cells, REJECT.c.reason), mine):
        connection.execute(update(REJECT).where(REJECT.c.id == number).values(**spoilt))
    for where, names in _FORGOTTEN:
        naming = [where.c[name] for name in names]
        for value in naming:
            connection.execute(delete(where).where(_holds_any(value, mine.names)))
    forget_jobs(connection)
    forget_uploads(connection)


def erase_messages(connection: Connection, attempts: Iterable[str]) -> None:
    """Let the words of messages go; that each went out, when and on which channel stays."""
    for some in chunks(attempts):
        connection.execute(delete(CONTENT).where(CONTENT.c.attempt.in_(some)))
        connection.execute(delete(OUTBOX).where(OUTBOX.c.attempt.in_(some)))
        subjects = (MESSAGE.c.attempt.in_(some), MESSAGE.c.subject != "")
        connection.execute(update(MESSAGE).where(*subjects).values(subject=ERASED))


def erase_replies(connection: Connection, replies: Iterable[str]) -> None:
    """Let the words of replies go; what was understood of each stays."""
    for some in chunks(replies):
        query = select(REPLY.c.reply, REPLY.c.reading).where(REPLY.c.reply.in_(some))
        for reply, reading in connection.execute(query).all():
            mine = update(REPLY).where(REPLY.c.reply == reply)
            connection.execute(mine.values(**SILENCED, reading=_without_words(reading)))


def empty_arrivals(connection: Connection, arrivals: Iterable[int]) -> None:
    """Let what arrived go; that it came stays."""
    for some in chunks(arrivals):
        handled = (ARRIVAL.c.id.in_(some), ARRIVAL.c.state != WAITING)
        connection.execute(update(ARRIVAL).where(*handled).values(**_EMPTY_ARRIVAL))


def _without_words(reading: str) -> str:
    told: dict[str, Any] = json.loads(reading)
    kept = {name: told[name] for name in ("intents", "language", "confidence") if name in told}
    return json.dumps(kept, sort_keys=True)


def _erase_addresses(connection: Connection, attempts: Iterable[str]) -> None:
    erased = {"sms": ERASED_PHONE}
    for some in chunks(attempts):
        query = select(MESSAGE.c.attempt, MESSAGE.c.channel, MESSAGE.c.why)
        for attempt, channel, why in connection.execute(
            query.where(MESSAGE.c.attempt.in_(some))
        ).all():
            values = {"address": erased.get(channel, ERASED_EMAIL), "why": ERASED if why else ""}
            connection.execute(update(MESSAGE).where(MESSAGE.c.attempt == attempt).values(**values))


def _erase_arrivals(connection: Connection, mine: Whose) -> None:
    """Arrivals of the replies, and what else came in that names somebody of the customer."""
    needles = {one.encode() for name in mine.names for one in _written(name)}
    found = set(mine.arrivals)
    query = select(ARRIVAL.c.id, ARRIVAL.c.body, ARRIVAL.c.details, ARRIVAL.c.why)
    rows = connection.execute(
        query.where(ARRIVAL.c.state != WAITING), execution_options={"yield_per": 200}
    )
    for number, body, details, why in rows:
        text = b"\n".join((bytes(body), details.encode(), why.encode())).lower()
        if any(needle in text for needle in needles):
            found.add(number)
    empty_arrivals(connection, sorted(found))


def _written(name: str) -> set[str]:
    """The name as forms, JSON and plain text write it, in small letters."""
    plain = {name, json.dumps(name)[1:-1], quote(name), quote_plus(name)}
    return {one.lower() for one in plain}


def _mask(connection: Connection, column: Column[Any], mine: Whose) -> None:
    key = next(iter(column.table.primary_key))
    for number, text in connection.execute(
        select(key, column).where(_holds_any(column, mine.names))
    ).all():
        mended = update(column.table).where(key == number)
        connection.execute(mended.values({column.name: masked(text, mine.names)}))


def _naming(
    connection: Connection, key: Column[Any], columns: Iterable[Column[Any]], mine: Whose
) -> list[int]:
    found: set[int] = set()
    for column in columns:
        found.update(
            connection.execute(select(key).where(_holds_any(column, mine.names))).scalars()
        )
    return sorted(found)


def _holds_any(column: Column[Any], names: Iterable[str]) -> Any:  # noqa: ANN401 - a condition
    """Whether the text holds one of the names, as text or as JSON writes it."""
    written = {one for name in names for one in (name, json.dumps(name)[1:-1])}
    return or_(false(), *(column.icontains(one, autoescape=True) for one in sorted(written)))
