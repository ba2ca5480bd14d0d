"""Payments: what came in, and how much of it settles something."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select, update

from dunning.money import Money
from ledger.tables import PaymentRow, table

PAYMENT = table(PaymentRow)


class Received(NamedTuple):
    """A payment as lists show it; `applied` of its `amount` pays invoices."""

    payment: str
    reference: str
    amount: Money
    applied: Money


def payment_of(connection: Connection, payment: str) -> Received | None:
    """The payment of this number, if it came in."""
    row = connection.execute(select(PAYMENT).where(PAYMENT.c.payment == payment)).first()
    if row is None:
        return None
    amount, applied = (
        Money(minor, row.currency) for minor in (row.amount_minor, row.applied_minor)
    )
    return Received(row.payment, row.reference, amount, applied)


def note_applied(connection: Connection, payment: str, applied_minor: int) -> None:
    """Note how much of the payment pays invoices now."""
    known = PAYMENT.c.payment == payment
    connection.execute(update(PAYMENT).where(known).values(applied_minor=applied_minor))
