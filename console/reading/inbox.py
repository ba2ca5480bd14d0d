"""The inbox as the desk shows it: what customers wrote and who has to deal with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, case, func, or_, select

from console.reading.counting import Count, counted, counted_by
from console.reading.paging import Order, Page, Place, read_all, read_page
from console.reading.search import search
from dunning.task_facts import Delegated
from ledger.correspondence import ReplyRow
from ledger.delegations import delegations, does_it
from ledger.tables import CustomerRow, TaskRow, table
from replies.intents_law import INTENTS

REPLY, CUSTOMER, TASK = table(ReplyRow), table(CustomerRow), table(TaskRow)
STATES = ("open", "unassigned", "handled")
# What is no person's message is dealt with at once.
KINDS = (*INTENTS, "auto_reply", "bounce", "delayed", "complaint")
AGES = ("late", "day", "week")
_LISTED = (
    REPLY.c.reply,
    REPLY.c.kind,
    REPLY.c.channel,
    REPLY.c.received_at,
    REPLY.c.from_address,
    REPLY.c.from_name,
    REPLY.c.subject,
    REPLY.c.customer,
    REPLY.c.state,
    REPLY.c.hold_until,
    REPLY.c.handled_by,
    REPLY.c.outcome,
    REPLY.c.reading,
    CUSTOMER.c.name,
    func.substr(REPLY.c.new_text, 1, 240).label("said"),
    case((TASK.c.raised_to != "", TASK.c.raised_to), else_=TASK.c.role).label("owner"),
    TASK.c.task,
)
_FROM = REPLY.outerjoin(CUSTOMER, REPLY.c.customer == CUSTOMER.c.customer).outerjoin(
    TASK, TASK.c.task == REPLY.c.customer + ":reply:" + REPLY.c.reply
)


@dataclass(frozen=True)
class InboxFilter:
    """Which replies are listed.

    `kind` is an intent or a kind of machine's message, `who` a role or a person, `age` one of
    `AGES`, `q` a part of a customer's number or name or of the sender's address.
    """

    state: str = "open"
    kind: str = ""
    q: str = ""
    who: str = ""
    channel: str = ""
    language: str = ""
    age: str = ""


@dataclass(frozen=True)
class Entry:
    """One reply of the list. `left` is the time until the service level runs out, if it runs."""

    row: Row[Any]
    intents: Sequence[str]
    language: str
    confidence: float
    who: str
    left: timedelta | None


@dataclass(frozen=True)
class InboxPage:
    """A page of the inbox and how many replies are in each state."""

    entries: Sequence[Entry]
    page: Page
    counts: Mapping[str, Count]


def inbox_page(
    connection: Connection, which: InboxFilter, now: datetime, today: date, place: Place
) -> InboxPage:
    """Replies of the filter: what waits the longest first, what is handled the latest first."""
    known = delegations(connection, today)
    order = Order(
        REPLY.c.received_at,
        REPLY.c.reply,
        datetime.fromisoformat,
        descending=which.state == "handled",
    )
    page = read_page(connection, _query(connection, which, known, now), order, place)
    counts = counted_by(connection, select(REPLY.c.reply), REPLY.c.state, STATES)
    return InboxPage([_entry(row, known, now) for row in page.rows], page, counts)


def all_entries(
    connection: Connection, which: InboxFilter, now: datetime, today: date
) -> Iterator[Entry]:
    """Every reply of the filter, for a file, the oldest first."""
    known = delegations(connection, today)
    order = Order(REPLY.c.received_at, REPLY.c.reply, datetime.fromisoformat)
    for row in read_all(connection, _query(connection, which, known, now), order):
        yield _entry(row, known, now)


def waiting_count(connection: Connection) -> Count:
    """How many replies wait for people."""
    waits = select(REPLY.c.reply).where(REPLY.c.state.in_(("open", "unassigned")))
    return counted(connection, waits)


def _query(
    connection: Connection, which: InboxFilter, known: Mapping[str, Delegated], now: datetime
) -> Select[Any]:
    query = select(*_LISTED).select_from(_FROM).where(REPLY.c.state == which.state)
    if which.kind in INTENTS:
        # The list of intents as it is stored: its keys are sorted, and quotes in texts escaped.
        query = query.where(REPLY.c.reading.like(f'%"intents": [%"{which.kind}"%], "language": %'))
    elif which.kind:
        query = query.where(REPLY.c.kind == which.kind)
    if which.language:
        found = REPLY.c.reading.contains(f'"language": "{which.language}"', autoescape=True)
        query = query.where(found)
    if which.channel:
        query = query.where(REPLY.c.channel == which.channel)
    if which.q:
        query = query.where(_named(connection, which.q))
    if which.who:
        query = query.where(_of(which.who, known))
    return query.where(*_aged(which.age, now))


def _named(connection: Connection, text: str) -> ColumnElement[bool]:
    """Written by these customers, or from an address that begins so."""
    mine = search(connection, text)
    begins = REPLY.c.from_address.istartswith(text, autoescape=True)
    return or_(REPLY.c.customer.in_(mine.customers), begins)


def _of(who: str, known: Mapping[str, Delegated]) -> ColumnElement[bool]:
    """What is a role's or a person's own, or was given to them."""
    given = [of for of in known if does_it(known, of) == who]
    owner = case((TASK.c.raised_to != "", TASK.c.raised_to), else_=TASK.c.role)
    return or_(owner.in_([who, *given]), TASK.c.task.in_(given))


def _aged(age: str, now: datetime) -> Iterator[ColumnElement[bool]]:
    if age == "late":
        yield REPLY.c.hold_until < now
    elif age in AGES:
        yield REPLY.c.received_at < now - timedelta(days=7 if age == "week" else 1)


def _entry(row: Row[Any], known: Mapping[str, Delegated], now: datetime) -> Entry:
    reading = json.loads(row.reading)
    who = does_it(known, row.task or "") if row.task in known else does_it(known, row.owner or "")
    return Entry(
        row,
        reading.get("intents", ()),
        reading.get("language", ""),
        float(reading.get("confidence", 0)),
        who,
        row.hold_until - now if row.hold_until and row.state == "open" else None,
    )
