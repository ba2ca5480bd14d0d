"""A customer as the desk shows it: what was said both ways, what comes next, what is argued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, select

from dunning.contact_facts import ContactLogged
from ledger.books import Books
from ledger.correspondence import ReplyRow
from ledger.disputes import DISPUTE
from ledger.list_indexes import OPEN_DISPUTE
from ledger.tables import CaseRow, MessageRow, table

MESSAGE, REPLY, CASE = table(MessageRow), table(ReplyRow), table(CaseRow)
LATEST, NEXT = 30, 5


@dataclass(frozen=True)
class Said:
    """One thing that was said: by us (`out`), by the customer (`in`), or noted by a colleague."""

    at: datetime
    way: str
    channel: str
    text: str
    who: str
    attempt: str = ""
    state: str = ""
    reply: str = ""


def thread(books: Books, customer: str) -> list[Said]:
    """What was said lately, the latest first."""
    connection = books.connection
    said = [*_sent(connection, customer), *_received(connection, customer)]
    said += _noted(books, customer)
    return sorted(said, key=lambda one: one.at, reverse=True)[:LATEST]


def open_disputes_of(connection: Connection, customer: str) -> Sequence[Row[Any]]:
    """Some of the customer's disputes that nobody resolved yet, the oldest first."""
    mine = select(DISPUTE).where(DISPUTE.c.customer == customer, OPEN_DISPUTE)
    return connection.execute(mine.order_by(DISPUTE.c.opened_at).limit(LATEST)).all()


def promised_of(connection: Connection, customer: str) -> Sequence[Row[Any]]:
    """The customer's invoices that wait for a promise."""
    mine = (CASE.c.customer == customer, CASE.c.closed_on.is_(None), CASE.c.stage == "promised")
    return connection.execute(
        select(CASE).where(*mine).order_by(CASE.c.due_date, CASE.c.invoice).limit(LATEST)
    ).all()


def next_of(connection: Connection, customer: str) -> Sequence[Row[Any]]:
    """What comes next for the customer, the soonest first."""
    mine = (CASE.c.customer == customer, CASE.c.closed_on.is_(None), CASE.c.next_at.is_not(None))
    return connection.execute(select(CASE).where(*mine).order_by(CASE.c.next_at).limit(NEXT)).all()


def _sent(connection: Connection, customer: str) -> list[Said]:
    query = select(MESSAGE).where(MESSAGE.c.customer == customer)
    rows = connection.execute(query.order_by(MESSAGE.c.claimed_at.desc()).limit(LATEST))
    return [
        Said(
            row.claimed_at,
            "out",
            row.channel,
            row.subject or row.letter,
            row.address,
            row.attempt,
            row.state,
        )
        for row in rows
    ]


def _received(connection: Connection, customer: str) -> list[Said]:
    query = select(REPLY).where(REPLY.c.customer == customer)
    rows = connection.execute(query.order_by(REPLY.c.received_at.desc()).limit(LATEST))
    return [
        Said(
            row.received_at,
            "in",
            row.channel,
            row.new_text or row.subject,
            row.from_address,
            state=row.state,
            reply=row.reply,
        )
        for row in rows
    ]


def _noted(books: Books, customer: str) -> list[Said]:
    stream = f"contacts:{customer}"
    facts = cast("list[ContactLogged]", books.histories([stream]).get(stream, []))
    return [Said(one.at, "note", one.channel, one.note, one.by) for one in facts[-LATEST:]]
