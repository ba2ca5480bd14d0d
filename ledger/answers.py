"""Answers: messages that go back to a customer at once, outside the cadence and its slots."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, case, insert, select, update

from dunning.money import Money
from ledger.tables import CaseRow, MessageItemRow, MessageRow, table

CASE, ITEM, MESSAGE = table(CaseRow), table(MessageItemRow), table(MessageRow)
# What claims an answer is the reply it answers, not an invoice.
CLAIMED_BY_REPLY = "reply:"
# What claims a statement of account is its period.
CLAIMED_BY_STATEMENT = "statement:"
CONFIRMATION = "opt_out_confirmation"


def next_answer(connection: Connection, now: datetime, stopped: set[str]) -> RowMapping | None:
    """The oldest answer that may go out now; ask and claim in one transaction."""
    may_go = (MESSAGE.c.settled_at.is_(None)) | (MESSAGE.c.settled_at <= now)
    query = select(MESSAGE).where(MESSAGE.c.state == "queued", may_go)
    query = query.where(MESSAGE.c.channel.not_in(stopped)).order_by(MESSAGE.c.claimed_at).limit(1)
    return connection.execute(query.with_for_update(skip_locked=True)).mappings().first()


def answer_row(connection: Connection, attempt: str) -> RowMapping:
    """An answer as it was noted."""
    return connection.execute(select(MESSAGE).where(MESSAGE.c.attempt == attempt)).mappings().one()


def lost_answers(connection: Connection, before: datetime) -> list[str]:
    """Answers whose sender never came back to say what became of them."""
    query = select(MESSAGE.c.attempt).where(
        MESSAGE.c.state == "started",
        MESSAGE.c.claimant.startswith(CLAIMED_BY_REPLY),
        MESSAGE.c.claimed_at < before,
    )
    return list(connection.execute(query).scalars())


def update_answer(connection: Connection, attempt: str, **columns: object) -> None:
    """Note what became of an answer."""
    connection.execute(update(MESSAGE).where(MESSAGE.c.attempt == attempt).values(**columns))


def answered_items(connection: Connection, attempt: str) -> list[tuple[RowMapping, Money]]:
    """The invoices an answer is about, with what is open of each now."""
    query = (
        select(CASE)
        .join(ITEM, ITEM.c.invoice == CASE.c.invoice)
        .where(ITEM.c.attempt == attempt)
        .order_by(CASE.c.due_date, CASE.c.invoice)
    )
    rows = connection.execute(query).mappings()
    return [(row, Money(row["balance_minor"], row["currency"])) for row in rows]


def latest_to(connection: Connection, customer: str, contact: str, channel: str) -> str:
    """Our latest message to the contact, of the channel if there is one: people answer that."""
    sent = (MESSAGE.c.customer == customer, MESSAGE.c.contact == contact, MESSAGE.c.state == "sent")
    query = select(MESSAGE.c.attempt).where(*sent, MESSAGE.c.letter != CONFIRMATION)
    other_channel = case((MESSAGE.c.channel == channel, 0), else_=1)
    latest = query.order_by(other_channel, MESSAGE.c.claimed_at.desc()).limit(1)
    return connection.execute(latest).scalar() or ""


def invoices_told(connection: Connection, attempt: str) -> list[str]:
    """The invoices a message was about: those it covers, or all those an answer is about."""
    items = select(ITEM.c.invoice, ITEM.c.covered).where(ITEM.c.attempt == attempt)
    rows = connection.execute(items.order_by(ITEM.c.invoice)).all()
    return [row.invoice for row in rows if row.covered] or [row.invoice for row in rows]


def told_lately(
    connection: Connection, address: str, letter: str, since: datetime
) -> set[str] | None:
    """The invoices of such answers to the address since a moment; None without any answer."""
    query = select(MESSAGE.c.attempt, ITEM.c.invoice).where(
        MESSAGE.c.address == address,
        MESSAGE.c.letter == letter,
        MESSAGE.c.claimant.startswith(CLAIMED_BY_REPLY),
        MESSAGE.c.claimed_at > since,
    )
    with_items = query.join(ITEM, ITEM.c.attempt == MESSAGE.c.attempt, isouter=True)
    rows = connection.execute(with_items).all()
    return {row.invoice for row in rows if row.invoice} if rows else None


def add_answer(
    connection: Connection, message: dict[str, object], items: list[dict[str, object]]
) -> None:
    """Note an answer that is to go out."""
    connection.execute(insert(MESSAGE), [message])
    if items:
        connection.execute(insert(ITEM), items)


def drop_queued(connection: Connection, reply: str, why: str, at: datetime) -> None:
    """Do not send the answers to a reply that have not gone out yet."""
    waiting = (MESSAGE.c.claimant == f"{CLAIMED_BY_REPLY}{reply}", MESSAGE.c.state == "queued")
    dropped = {"state": "refused", "settled_at": at, "why": why}
    connection.execute(update(MESSAGE).where(*waiting).values(**dropped))
