"""Whose message it is: by what cannot be guessed first, by what anybody can write last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from activities.outgoing import ReplyAddresses
from commands.inbound import OUR_MESSAGE, Inbound
from ledger.addresses import contact_at, customers_at
from ledger.books import Books
from ledger.delivery_events import sent_message
from ledger.tables import CaseRow, CustomerRow, MessageRow, table

CASE, CUSTOMER, MESSAGE = table(CaseRow), table(CustomerRow), table(MessageRow)
_NUMBER = re.compile(r"[\w][\w/.\-]{1,38}[\w]")
_MOST_NUMBERS = 300
_SHORTEST_NAME = 6


@dataclass(frozen=True)
class Match:
    """The customer a message is from, its contact there, and our message that it answers.

    `by` is reply_address, thread, invoice, address or name. Without one customer all is empty and
    `why` says what is missing.
    """

    customer: str = ""
    contact: str = ""
    attempt: str = ""
    by: str = ""
    why: str = ""


def match(books: Books, message: Inbound, addresses: ReplyAddresses) -> Match:
    """The one customer the message is from; several or none match nobody, nothing is guessed."""
    for attempt, by in _conversations(message, addresses):
        known = sent_message(books.connection, attempt)
        if known is not None:
            return _matched(books, message, known["customer"], by, attempt)
    for by, customers in _candidates(books, message):
        if len(customers) == 1:
            return _matched(books, message, customers[0], by, "")
        if customers:
            return Match(why=f"its {by} fits {len(customers)} customers")
    return Match(why="nothing in it tells which customer wrote it")


def _conversations(message: Inbound, addresses: ReplyAddresses) -> Iterator[tuple[str, str]]:
    for recipient in message.recipients:
        attempt = addresses.conversation(recipient)
        if attempt:
            yield attempt, "reply_address"
    for answered in message.answers:
        ours = OUR_MESSAGE.fullmatch(answered.strip())
        if ours:
            yield ours[1], "thread"
    for event in message.deliveries:
        yield event.attempt, "thread"


def _candidates(books: Books, message: Inbound) -> Iterator[tuple[str, list[str]]]:
    connection = books.connection
    yield "invoice", _of_invoices(connection, f"{message.subject}\n{message.text}")
    yield "address", customers_at(connection, message.sender)
    yield "name", _named(connection, message)


def _of_invoices(connection: Connection, text: str) -> list[str]:
    """The customers of invoices that are named with their full number."""
    numbers = list(dict.fromkeys(n for n in _NUMBER.findall(text) if any(map(str.isdigit, n))))
    within = or_(CASE.c.invoice.in_(numbers[:_MOST_NUMBERS]))
    query = select(CASE.c.customer).where(within, CASE.c.closed_on.is_(None)).distinct()
    return sorted(connection.execute(query).scalars()) if numbers else []


def _named(connection: Connection, message: Inbound) -> list[str]:
    """The customers whose whole name is the sender's or stands in the subject."""
    words = [w for w in (message.sender_name.strip(), message.subject.strip()) if w]
    known = {row.name.casefold(): row.customer for row in connection.execute(_NAMES)}
    names = [name for name in known if len(name) >= _SHORTEST_NAME]
    return sorted({known[n] for n in names for w in words if _holds(w.casefold(), n)})


_NAMES = select(CUSTOMER.c.name, CUSTOMER.c.customer)


def _holds(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _matched(books: Books, message: Inbound, customer: str, by: str, attempt: str) -> Match:
    contact = contact_at(books.customer(customer), message.sender)
    if not attempt:
        attempt = _latest_to(books.connection, customer, contact)
    return Match(customer, contact, attempt, by)


def _latest_to(connection: Connection, customer: str, contact: str) -> str:
    """Our latest message to this contact, for it is what people answer."""
    query = select(MESSAGE.c.attempt).where(
        MESSAGE.c.customer == customer, MESSAGE.c.contact == contact, MESSAGE.c.state == "sent"
    )
    latest = query.order_by(MESSAGE.c.claimed_at.desc()).limit(1)
    return connection.execute(latest).scalar() or "" if contact else ""
