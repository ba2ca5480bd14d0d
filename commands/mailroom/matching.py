"""Whose message it is: by what cannot be guessed first, by what anybody can write last."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from activities.outgoing import ReplyAddresses
from commands.mailroom.inbound import OUR_MESSAGE, Inbound
from ledger.addresses import contact_at, customers_at
from ledger.answers import latest_to
from ledger.books import Books
from ledger.delivery_events import sent_message
from ledger.tables import CaseRow, CustomerRow, table

CASE, CUSTOMER = table(CaseRow), table(CustomerRow)
_NUMBER = re.compile(r"\w[\w/.\-]{1,38}\w")
_MOST_NUMBERS = 300
_MOST_NAMED = 200
_SHORTEST_NAME = 6


@dataclass(frozen=True)
class Match:
    """The customer a message is from, its contact there, and our message that it answers.

    `by` is reply_address, thread, invoice, address, name, or who said so. Without one customer all
    is empty and `why` says what is missing.
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
    return _by_content(books, message)


def assigned(books: Books, customer: str, message: Inbound, by: str) -> Match:
    """The match somebody who knows the customer makes."""
    return _matched(books, message, customer, by, "")


def written_by_us(books: Books, message: Inbound) -> bool:
    """Whether it is a copy of a message of our own."""
    ours = OUR_MESSAGE.fullmatch(message.message_id.strip())
    return ours is not None and sent_message(books.connection, ours[1]) is not None


def invoices_named(connection: Connection, customer: str, message: Inbound) -> list[str]:
    """The customer's invoices, open or not, that the message names with their whole number."""
    query = select(CASE.c.invoice).where(
        CASE.c.invoice.in_(_numbers(message)), CASE.c.customer == customer
    )
    return list(connection.execute(query.order_by(CASE.c.invoice)).scalars())


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


def _by_content(books: Books, message: Inbound) -> Match:
    connection = books.connection
    named, known = _of_invoices(connection, message), customers_at(connection, message.sender)
    # Who writes from an address of one customer about an invoice of another is neither for sure.
    both = [customer for customer in named if customer in known] if known else named
    if named and len(both) != 1:
        count = len({*named, *known})
        return Match(why=f"its invoices and its sender fit {count} customers")
    for by, customers in (("invoice", both), ("address", known), ("name", None)):
        found = _named(connection, message) if customers is None else customers
        if len(found) == 1:
            return _matched(books, message, found[0], by, "")
        if found:
            return Match(why=f"its {by} fits {len(found)} customers")
    return Match(why="nothing in it tells which customer wrote it")


def _of_invoices(connection: Connection, message: Inbound) -> list[str]:
    """The customers of open invoices that are named with their whole number."""
    within = CASE.c.invoice.in_(_numbers(message))
    query = select(CASE.c.customer).where(within, CASE.c.closed_on.is_(None)).distinct()
    return sorted(connection.execute(query).scalars())


def _numbers(message: Inbound) -> list[str]:
    """What may be invoice numbers, also as they are where somebody wrote small letters."""
    words = _NUMBER.findall(f"{message.subject}\n{message.text}")
    found = dict.fromkeys(n for n in words if any(map(str.isdigit, n)))
    some = list(found)[:_MOST_NUMBERS]
    return list(dict.fromkeys(n for one in some for n in (one, one.upper())))


def _named(connection: Connection, message: Inbound) -> list[str]:
    """The customers whose whole name is in the sender's name or in the subject."""
    texts = [t.casefold() for t in (message.sender_name, message.subject) if t.strip()]
    if not texts:
        return []
    rows = connection.execute(select(CUSTOMER.c.customer, CUSTOMER.c.name))
    return [row.customer for row in rows if _is_in(row.name.strip().casefold(), texts)][
        :_MOST_NAMED
    ]


def _is_in(name: str, texts: Sequence[str]) -> bool:
    whole = rf"(?<!\w){re.escape(name)}(?!\w)"
    return len(name) >= _SHORTEST_NAME and any(name in t and re.search(whole, t) for t in texts)


def _matched(books: Books, message: Inbound, customer: str, by: str, attempt: str) -> Match:
    contact = contact_at(books.customer(customer), message.sender)
    if not attempt and contact:
        attempt = latest_to(books.connection, customer, contact, message.channel)
    return Match(customer, contact, attempt, by)
