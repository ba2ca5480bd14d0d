"""Which letter of a name asked a customer for an invoice first, and for what else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from ledger.messages import ITEM, MESSAGE, REACHED


@dataclass(frozen=True)
class FirstLetter:
    """A letter's day, and the invoices it was the first of its name to ask for."""

    sent_on: date
    invoices: tuple[str, ...]


def first_letter(
    connection: Connection, customer: str, letter: str, invoice: str
) -> FirstLetter | None:
    """The first letter of this name that asked for the invoice and reached the customer."""
    asked = (
        select(MESSAGE.c.attempt, MESSAGE.c.local_date, MESSAGE.c.claimed_at)
        .join(ITEM, ITEM.c.attempt == MESSAGE.c.attempt)
        .where(MESSAGE.c.customer == customer, MESSAGE.c.letter == letter, REACHED)
        .where(ITEM.c.invoice == invoice)
        .order_by(MESSAGE.c.claimed_at)
    )
    first = connection.execute(asked).first()
    if first is None:
        return None
    listed = select(ITEM.c.invoice).where(ITEM.c.attempt == first.attempt)
    named = set(connection.execute(listed).scalars())
    before = asked_for(connection, customer, letter, first.claimed_at)
    return FirstLetter(first.local_date, tuple(sorted(named - before)))


def asked_for(
    connection: Connection, customer: str, letter: str, before: datetime | None = None
) -> set[str]:
    """The invoices that letters of this name asked the customer for, all or those `before`."""
    query = (
        select(ITEM.c.invoice)
        .join(MESSAGE, ITEM.c.attempt == MESSAGE.c.attempt)
        .where(MESSAGE.c.customer == customer, MESSAGE.c.letter == letter, REACHED)
    )
    earlier = query.where(MESSAGE.c.claimed_at < before) if before else query
    return set(connection.execute(earlier).scalars())
