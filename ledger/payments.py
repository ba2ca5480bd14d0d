"""Payments: what came in, and how much of it settles something."""

from __future__ import annotations

import json
from typing import NamedTuple

from sqlalchemy import Connection, func, select, update

from dunning.money import Money
from ledger.tables import CaseRow, FactRow, PaymentRow, table

CASE, FACT, PAYMENT = table(CaseRow), table(FactRow), table(PaymentRow)


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


def credit_of(connection: Connection, customer: str, name: str, currency: str) -> Money:
    """The customer's money that no invoice has used: payments without invoice, what was overpaid.

    A payment is the customer's when its payer is exactly the customer's number or name. One that
    was taken back is no money any more.
    """
    free = select(PAYMENT.c.payment, PAYMENT.c.amount_minor - PAYMENT.c.applied_minor).where(
        PAYMENT.c.payer.in_((customer, name)),
        PAYMENT.c.currency == currency,
        PAYMENT.c.amount_minor > PAYMENT.c.applied_minor,
    )
    unapplied = sum(minor for one, minor in connection.execute(free) if not _back(connection, one))
    over = select(func.coalesce(func.sum(CASE.c.balance_minor), 0)).where(
        CASE.c.customer == customer, CASE.c.currency == currency, CASE.c.balance_minor < 0
    )
    return Money(unapplied - int(connection.execute(over).scalar_one()), currency)


def _back(connection: Connection, payment: str) -> bool:
    named = FACT.c.body.contains(f'"payment":{json.dumps(payment, ensure_ascii=False)}')
    reversed_ = select(FACT.c.id).where(FACT.c.kind == "payment_reversed", named).limit(1)
    return connection.execute(reversed_).first() is not None


def note_applied(connection: Connection, payment: str, applied_minor: int) -> None:
    """Note how much of the payment pays invoices now."""
    known = PAYMENT.c.payment == payment
    connection.execute(update(PAYMENT).where(known).values(applied_minor=applied_minor))
