"""Messages: the slot of the day, what a message covers, and what the customer got lately."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Row, bindparam, func, insert, select, update

from dunning.at_the_door import RecentTouch
from dunning.case import Case
from dunning.money import Money
from ledger.answers import CLAIMED_BY_REPLY, CLAIMED_BY_STATEMENT
from ledger.correspondence import MessageContentRow
from ledger.rows import insert_missing, listing
from ledger.tables import CaseRow, MessageItemRow, MessageRow, table

MESSAGE = table(MessageRow)
CONTENT = table(MessageContentRow)
ITEM = table(MessageItemRow)
CASE = table(CaseRow)
LOOK_BACK = timedelta(days=31)
# In these stages the customer must not be reminded of the invoice, even beside others.
SILENT_STAGES = ("promised", "disputed", "paused", "on_hold", "escalated")


# Built once: to put such statements together takes longer than to run them.
_CUSTOMER: BindParameter[str] = bindparam("customer")
_OPEN = (
    select(CASE)
    .where(
        CASE.c.customer == _CUSTOMER,
        CASE.c.closed_on.is_(None),
        CASE.c.stage.not_in(listing(SILENT_STAGES)),
        CASE.c.balance_minor > CASE.c.disputed_minor,
    )
    .order_by(CASE.c.due_date, CASE.c.invoice)
)
_SHAREABLE = (
    select(CASE.c.invoice)
    .where(
        CASE.c.customer == _CUSTOMER,
        CASE.c.closed_on.is_(None),
        CASE.c.next_kind.in_(listing(("send_touch", "send_invoice"))),
        # Compared with no day at all, nothing falls due soon.
        (CASE.c.next_at <= bindparam("now")) | (CASE.c.due_date <= bindparam("soon")),
    )
    .order_by(CASE.c.invoice)
)
_ATTEMPTS = select(func.count()).where(
    MESSAGE.c.customer == _CUSTOMER,
    MESSAGE.c.channel == bindparam("channel"),
    MESSAGE.c.local_date == bindparam("day"),
)
# Statements of account go out to many at once, and none of them is a touch.
_NO_STATEMENT = ~MESSAGE.c.claimant.startswith(CLAIMED_BY_STATEMENT)
# A message that was refused or came back reached nobody; answers to customers do not count.
REACHED = (
    MESSAGE.c.state.not_in(listing(("refused", "bounced")))
    & ~MESSAGE.c.claimant.startswith(CLAIMED_BY_REPLY)
    & _NO_STATEMENT
)
_TAKEN = _ATTEMPTS.where(REACHED)
_RECENT = select(MESSAGE.c.channel, MESSAGE.c.claimed_at, MESSAGE.c.letter).where(
    MESSAGE.c.customer == _CUSTOMER,
    REACHED,
    MESSAGE.c.letter != "invoice",
    MESSAGE.c.claimed_at > bindparam("since"),
)
_CONTACTS = (
    select(MESSAGE.c.local_date, MESSAGE.c.attempt, MESSAGE.c.channel)
    .join(ITEM, ITEM.c.attempt == MESSAGE.c.attempt)
    .join(CASE, CASE.c.invoice == ITEM.c.invoice)
    .where(MESSAGE.c.customer == _CUSTOMER, MESSAGE.c.state == "sent", MESSAGE.c.level > 0)
    .where(CASE.c.closed_on.is_(None), CASE.c.due_date < bindparam("today"))
    .distinct()
    .order_by(MESSAGE.c.local_date.desc())
    .limit(bindparam("most"))
)
_CLAIM, _COVER = insert(MESSAGE), insert(ITEM)
_SETTLE = update(MESSAGE).where(MESSAGE.c.attempt == bindparam("of"))


class Contacted(NamedTuple):
    """An earlier reminder of what is overdue still."""

    on: date
    attempt: str
    channel: str


class OpenItem(NamedTuple):
    """One open invoice as a letter lists it; `balance` without what is disputed."""

    invoice: str
    reference: str
    issue_date: date
    due_date: date
    amount: Money
    balance: Money
    disputed: Money
    level: int


def open_items(connection: Connection, customer: str) -> list[OpenItem]:
    """What the customer owes and may be reminded of, oldest due date first."""
    return [_open_item(row) for row in connection.execute(_OPEN, {"customer": customer})]


def open_item_of(case: Case) -> OpenItem:
    """A case as a letter lists it."""
    return OpenItem(
        case.invoice,
        case.reference,
        case.issue_date,
        case.due_date,
        case.amount,
        case.balance - case.disputed,
        case.disputed,
        case.level,
    )


def _open_item(row: Row[Any]) -> OpenItem:
    return OpenItem(
        row.invoice,
        row.reference,
        row.issue_date,
        row.due_date,
        Money(row.amount_minor, row.currency),
        Money(row.balance_minor - row.disputed_minor, row.currency),
        Money(row.disputed_minor, row.currency),
        row.level,
    )


def shareable(connection: Connection, customer: str, now: datetime, soon: date | None) -> list[str]:
    """The customer's invoices whose planned touch may share a message.

    That is those that have come due and, for a courtesy note, what falls due until `soon`.
    """
    asked = {"customer": customer, "now": now, "soon": soon}
    return list(connection.execute(_SHAREABLE, asked).scalars())


def slot_taken(connection: Connection, customer: str, channel: str, day: date) -> bool:
    """Whether the customer already has, or may have, a message on the channel that day."""
    slot = {"customer": customer, "channel": channel, "day": day}
    return bool(connection.execute(_TAKEN, slot).scalar_one())


def attempts_in_slot(connection: Connection, customer: str, channel: str, day: date) -> int:
    """How many attempts the slot has seen, refused ones included."""
    slot = {"customer": customer, "channel": channel, "day": day}
    return int(connection.execute(_ATTEMPTS, slot).scalar_one())


def recent_touches(connection: Connection, customer: str, now: datetime) -> tuple[RecentTouch, ...]:
    """Dunning messages the customer got, or may have got, within the look-back of the caps."""
    asked = {"customer": customer, "since": now - LOOK_BACK}
    return tuple(RecentTouch(*row) for row in connection.execute(_RECENT, asked))


def messages_since(connection: Connection, channel: str, since: datetime) -> int:
    """How many messages were claimed on the channel since a moment."""
    of_channel = (MESSAGE.c.channel == channel) & (MESSAGE.c.claimed_at > since) & _NO_STATEMENT
    return int(connection.execute(select(func.count()).where(of_channel)).scalar_one())


def messages_a_day(connection: Connection, channel: str, since: date, until: date) -> list[int]:
    """How many messages each day saw, from `since` up to the day before `until`, without zeros."""
    days = (MESSAGE.c.local_date >= since) & (MESSAGE.c.local_date < until)
    query = select(func.count()).where(MESSAGE.c.channel == channel, days, _NO_STATEMENT)
    return list(connection.execute(query.group_by(MESSAGE.c.local_date)).scalars())


def previous_contacts(
    connection: Connection, customer: str, today: date, limit: int = 5
) -> tuple[Contacted, ...]:
    """The latest reminders of what is overdue still, oldest first."""
    asked = {"customer": customer, "today": today, "most": limit}
    return tuple(sorted(Contacted(*row) for row in connection.execute(_CONTACTS, asked)))


def claim_message(
    connection: Connection,
    message: dict[str, Any],
    items: Sequence[dict[str, Any]],
    content: bytes,
) -> None:
    """Take the slot. A second claim of the same slot breaks the unique key and is rolled back.

    `content` is kept word for word: what was said can be shown for ever. It is empty for a
    message that books of an earlier hour had lost.
    """
    connection.execute(_CLAIM, [message])
    if content:
        keep_content(connection, message["attempt"], content)
    if items:
        named = [{**item, "attempt": message["attempt"]} for item in items]
        connection.execute(_COVER, named)


def keep_content(connection: Connection, attempt: str, content: bytes) -> None:
    """Keep what is handed over, unless an earlier try of the same message did."""
    kept = {"attempt": attempt, "content": zlib.compress(content)}
    insert_missing(connection, MessageContentRow, [kept])


def settle_message(  # noqa: PLR0913 - the columns an outcome fills
    connection: Connection,
    attempt: str,
    state: str,
    now: datetime,
    *,
    provider_id: str = "",
    why: str = "",
) -> None:
    """Note the outcome of a message."""
    outcome = {"state": state, "settled_at": now, "provider_id": provider_id, "why": why}
    connection.execute(_SETTLE, {"of": attempt, **outcome})


def message_content(connection: Connection, attempt: str) -> bytes | None:
    """The message as it was handed over, if it was composed at all."""
    query = select(CONTENT.c.content).where(CONTENT.c.attempt == attempt)
    kept = connection.execute(query).scalar()
    return zlib.decompress(kept) if kept is not None else None


def covered_invoices(connection: Connection, attempt: str) -> Iterable[str]:
    """The invoices whose step the message carries out."""
    query = select(ITEM.c.invoice).where(ITEM.c.attempt == attempt, ITEM.c.covered)
    return list(connection.execute(query.order_by(ITEM.c.invoice)).scalars())
