"""One reply as the desk shows it: the words with their evidence, its files, and the account."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, select

from commands.mailroom.actions import customer_version
from commands.mailroom.inbound import Unreadable, mail_of
from console.reading.customers import Said, open_disputes_of, promised_of, thread
from console.reading.inbox import REPLY
from dunning.customer import Customer
from dunning.may import NotAllowed
from intake.mail.message import IncomingMail
from ledger.answers import CLAIMED_BY_REPLY, invoices_told
from ledger.arrivals import arrival
from ledger.books import Books
from ledger.replies import reply_of
from ledger.tables import CaseRow, MessageRow, table

CASE, MESSAGE = table(CaseRow), table(MessageRow)
# Of whoever owes more, those the message may be about come first.
MOST_ITEMS = 12
_SPOKEN = 8
# What stands in a reading, whoever made it; a message that was not read has none of it.
_UNREAD: Mapping[str, Any] = {
    "intents": (),
    "flags": (),
    "evidence": (),
    "acted": (),
    "left": (),
    "promised_date": None,
    "promised_amount": None,
    "dispute_reason": "",
    "new_contact": "",
    "language": "",
    "confidence": 0,
    "read_by": "",
    "read_at": "",
}


@dataclass(frozen=True)
class Segment:
    """A part of a message, and what it was taken for: nothing where `intents` is empty."""

    text: str
    intents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Account:
    """The account beside the message."""

    customer: Customer
    items: Sequence[Row[Any]]
    thread: Sequence[Said]
    disputes: Sequence[Row[Any]]
    promised: Sequence[Row[Any]]


@dataclass(frozen=True)
class ReplyShown:
    """A reply with its reading and what came of it; `seen` is the customer's newest fact."""

    row: RowMapping
    reading: Mapping[str, Any]
    segments: Sequence[Segment]
    answers: Sequence[Row[Any]] = ()
    next: str = ""
    seen: int = 0
    account: Account | None = None
    about: frozenset[str] = field(default_factory=frozenset)


def reply_shown(books: Books, reply: str) -> ReplyShown:
    """One reply. Raises NotAllowed when there is none."""
    connection = books.connection
    row = reply_of(connection, reply)
    if row is None:
        raise NotAllowed(f"There is no reply {reply}.")
    reading = {**_UNREAD, **json.loads(row["reading"])}
    about = _about(connection, row, reading)
    claimed = MESSAGE.c.claimant == f"{CLAIMED_BY_REPLY}{reply}"
    answers = connection.execute(select(MESSAGE).where(claimed).order_by(MESSAGE.c.claimed_at))
    return ReplyShown(
        row,
        reading,
        tuple(segments(row["new_text"], reading["evidence"])),
        answers.all(),
        _next_of(connection, row),
        customer_version(books, row["customer"]),
        _account(books, row["customer"], about) if row["customer"] else None,
        frozenset(about),
    )


def mail_shown(books: Books, reply: str) -> IncomingMail | None:
    """The mail a reply was read from; None for a text message."""
    row = reply_of(books.connection, reply)
    kept = arrival(books.connection, row["arrival"]) if row is not None else None
    if kept is None:
        raise NotAllowed(f"There is no reply {reply}.")
    try:
        return mail_of(kept)
    except Unreadable:
        return None


def segments(text: str, evidence: Iterable[Mapping[str, Any]]) -> Iterator[Segment]:
    """The text cut where evidence begins and ends, so that all of it can be shown in its place."""
    spans = [(*_place(text, one), str(one["intent"])) for one in evidence]
    spans = [one for one in spans if one[0] < one[1]]
    edges = sorted({0, len(text), *(edge for one in spans for edge in one[:2])})
    for start, end in pairwise(edges):
        inside = (intent for first, last, intent in spans if first <= start and end <= last)
        yield Segment(text[start:end], tuple(dict.fromkeys(inside)))


def _place(text: str, one: Mapping[str, Any]) -> tuple[int, int]:
    """Where it stands; what was read before places were kept is found by its words."""
    start, end = one.get("start"), one.get("end")
    if isinstance(start, int) and isinstance(end, int):
        return max(0, start), min(end, len(text))
    found = text.find(one["text"])
    return (found, found + len(one["text"])) if found >= 0 else (0, 0)


def _about(connection: Connection, row: RowMapping, reading: Mapping[str, Any]) -> list[str]:
    """The invoices the message is about, as far as it is known: named, acted on, or told of."""
    named = [n for one in reading["evidence"] for n in one["invoices"]]
    acted = reading.get("recorded", {}).get("invoices", ())
    told = invoices_told(connection, row["attempt"])[:MOST_ITEMS] if row["attempt"] else ()
    return list(dict.fromkeys([*named, *acted, *(() if named else told)]))[:MOST_ITEMS]


def _account(books: Books, customer: str, about: Sequence[str]) -> Account:
    connection = books.connection
    mine = (CASE.c.customer == customer, CASE.c.closed_on.is_(None))
    known = connection.execute(select(CASE).where(*mine, CASE.c.invoice.in_(about))).all()
    others = select(CASE).where(*mine, CASE.c.invoice.not_in(about))
    left = max(0, MOST_ITEMS - len(known))
    more = connection.execute(others.order_by(CASE.c.due_date, CASE.c.invoice).limit(left)).all()
    return Account(
        books.customer(customer),
        [*sorted(known, key=lambda one: (one.due_date, one.invoice)), *more],
        thread(books, customer)[:_SPOKEN],
        open_disputes_of(connection, customer),
        promised_of(connection, customer),
    )


def _next_of(connection: Connection, row: RowMapping) -> str:
    """The reply that waits next, after this one in the inbox; empty when nothing waits."""
    waits = REPLY.c.state.in_(("open", "unassigned"))
    order = (REPLY.c.received_at, REPLY.c.reply)
    later = select(REPLY.c.reply).where(waits, REPLY.c.received_at > row["received_at"])
    first = select(REPLY.c.reply).where(waits, REPLY.c.reply != row["reply"])
    found = connection.execute(later.order_by(*order).limit(1)).scalar()
    return str(found or connection.execute(first.order_by(*order).limit(1)).scalar() or "")
