"""Answers: messages that go back to a customer at once, outside the cadence and its slots."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, select, update

from dunning.money import Money
from ledger.tables import CaseRow, MessageItemRow, MessageRow, table

CASE, ITEM, MESSAGE = table(CaseRow), table(MessageItemRow), table(MessageRow)
# What claims an answer is the reply it answers, not an invoice.
CLAIMED_BY_REPLY = "reply:"


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
