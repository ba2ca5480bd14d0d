"""Messages as the desk shows them: lists, one message with what it covers, and its letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select

from console.reading.counting import Count, counted_by, values_of
from console.reading.paging import Order, Page, Place, read_page
from ledger.tables import CustomerRow, MessageItemRow, MessageRow, OutboxRow, table

MESSAGE, ITEM = table(MessageRow), table(MessageItemRow)
OUTBOX, CUSTOMER = table(OutboxRow), table(CustomerRow)
MESSAGE_AND_CUSTOMER = MESSAGE.outerjoin(CUSTOMER, MESSAGE.c.customer == CUSTOMER.c.customer)
LATEST = 20


@dataclass(frozen=True)
class Letter:
    """What the outbox kept of a message; `headers` and `html` only of e-mails."""

    text: str
    headers: tuple[tuple[str, str], ...] = ()
    html: str = ""


def message_page_of(connection: Connection, state: str, place: Place) -> Page:
    """Messages in a state, or all of them, the latest first."""
    query = select(MESSAGE, CUSTOMER.c.name).select_from(MESSAGE_AND_CUSTOMER)
    if state:
        query = query.where(MESSAGE.c.state == state)
    order = Order(MESSAGE.c.claimed_at, MESSAGE.c.attempt, datetime.fromisoformat, descending=True)
    return read_page(connection, query, order, place)


def state_counts(connection: Connection) -> dict[str, Count]:
    """How many messages are in each state."""
    states = values_of(connection, MESSAGE.c.state)
    return counted_by(connection, select(MESSAGE.c.attempt), MESSAGE.c.state, states)


def messages_of_invoice(connection: Connection, invoice: str) -> list[Row[Any]]:
    """The latest messages that spoke of an invoice, the latest first."""
    spoke = select(ITEM.c.attempt).where(ITEM.c.invoice == invoice)
    query = select(MESSAGE).where(MESSAGE.c.attempt.in_(spoke))
    order = (MESSAGE.c.claimed_at.desc(), MESSAGE.c.attempt)
    return list(connection.execute(query.order_by(*order).limit(LATEST)))


def message(connection: Connection, attempt: str) -> Row[Any] | None:
    """One message with its customer's name."""
    query = select(MESSAGE, CUSTOMER.c.name).select_from(MESSAGE_AND_CUSTOMER)
    return connection.execute(query.where(MESSAGE.c.attempt == attempt)).first()


def items_of(connection: Connection, attempt: str) -> list[Row[Any]]:
    """The invoices a message covers, then those it lists besides."""
    query = select(ITEM).where(ITEM.c.attempt == attempt)
    return list(connection.execute(query.order_by(ITEM.c.covered.desc(), ITEM.c.invoice)))


def letter_of(connection: Connection, attempt: str, outbox: Path) -> Letter | None:
    """The letter as the outbox kept it; None when it went out another way."""
    kept = connection.execute(select(OUTBOX).where(OUTBOX.c.attempt == attempt)).first()
    if kept is None:
        return None
    file = outbox / Path(kept.file).name
    if file.suffix != ".eml" or not file.is_file():
        return Letter(kept.body)
    mime = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(mime, EmailMessage), "the default policy reads e-mails"
    html = mime.get_body(("html",))
    shown = ("From", "To", "Reply-To", "Date")
    headers = tuple((name, str(mime[name])) for name in shown if mime[name])
    return Letter(kept.body, headers, html.get_content() if html else "")
