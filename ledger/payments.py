"""Payments: what came in, and how much of it settles something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, Connection, bindparam, exists, func, select, union_all, update

from dunning.money import Money
from ledger.payment_standing import STANDING
from ledger.rows import chunks
from ledger.tables import CaseRow, FactRow, PaymentRow, table

CASE, FACT, PAYMENT = table(CaseRow), table(FactRow), table(PaymentRow)


# Built once: to put such a statement together takes longer than to run it.
_TAKEN_BACK = exists().where(
    FACT.c.kind == "payment_reversed",
    FACT.c.body.contains('"payment":"' + PAYMENT.c.payment + '"'),
)
_DECIDED = exists().where(
    STANDING.c.payment == PAYMENT.c.payment,
    (STANDING.c.customer != "") | STANDING.c.returned_on.is_not(None),
)
_KNOWN = exists().where(
    FACT.c.stream == "payment:" + PAYMENT.c.payment, FACT.c.recorded_at <= bindparam("as_of")
)
_FREE = select(func.coalesce(func.sum(PAYMENT.c.amount_minor - PAYMENT.c.applied_minor), 0)).where(
    PAYMENT.c.payer.in_((bindparam("customer"), bindparam("name"))),
    PAYMENT.c.currency == bindparam("currency"),
    PAYMENT.c.amount_minor > PAYMENT.c.applied_minor,
    _KNOWN,
    ~_TAKEN_BACK,
    ~_DECIDED,
)
# Money that a person or a rule put on the customer's account, whoever paid it.
_ON_ACCOUNT = (
    select(func.coalesce(func.sum(PAYMENT.c.amount_minor - PAYMENT.c.applied_minor), 0))
    .select_from(PAYMENT.join(STANDING, STANDING.c.payment == PAYMENT.c.payment))
    .where(
        STANDING.c.customer == bindparam("customer"),
        STANDING.c.on_account_at <= bindparam("as_of"),
        PAYMENT.c.currency == bindparam("currency"),
        PAYMENT.c.amount_minor > PAYMENT.c.applied_minor,
    )
)
_OVER = select(func.coalesce(func.sum(CASE.c.balance_minor), 0)).where(
    CASE.c.customer == bindparam("customer"),
    CASE.c.currency == bindparam("currency"),
    CASE.c.balance_minor < 0,
    CASE.c.closed_on <= bindparam("today"),
)
_CREDIT = select(
    _FREE.scalar_subquery().label("free"),
    _ON_ACCOUNT.scalar_subquery().label("on_account"),
    _OVER.scalar_subquery().label("over"),
)


_NAMES: BindParameter[Sequence[str]] = bindparam("names", expanding=True)
# Who may have money that no invoice uses: a payer, an account it was put on, whoever overpaid.
_MAY_HAVE = union_all(
    select(PAYMENT.c.payer).where(
        PAYMENT.c.payer.in_(_NAMES), PAYMENT.c.amount_minor > PAYMENT.c.applied_minor
    ),
    select(STANDING.c.customer).where(STANDING.c.customer.in_(_NAMES)),
    select(CASE.c.customer).where(CASE.c.customer.in_(_NAMES), CASE.c.balance_minor < 0),
)


_RECEIVED = select(PAYMENT).where(PAYMENT.c.payment.in_(bindparam("payments", expanding=True)))
_APPLIED = (
    update(PAYMENT)
    .where(PAYMENT.c.payment == bindparam("of_payment"))
    .values(applied_minor=bindparam("minor"))
)


class Received(NamedTuple):
    """A payment as lists show it; `applied` of its `amount` pays invoices."""

    payment: str
    reference: str
    amount: Money
    applied: Money


def payment_of(connection: Connection, payment: str) -> Received | None:
    """The payment of this number, if it came in."""
    return payments_of(connection, [payment]).get(payment)


def payments_of(connection: Connection, payments: Iterable[str]) -> dict[str, Received]:
    """Those of the payments of these numbers that came in."""
    found: dict[str, Received] = {}
    for some in chunks(payments):
        for row in connection.execute(_RECEIVED, {"payments": some}):
            amount, applied = (
                Money(minor, row.currency) for minor in (row.amount_minor, row.applied_minor)
            )
            found[row.payment] = Received(row.payment, row.reference, amount, applied)
    return found


def credit_of(
    connection: Connection, customer: str, name: str, currency: str, as_of: datetime
) -> Money:
    """The customer's money that no invoice has used: payments without invoice, what was overpaid.

    A payment is the customer's when it was put on its account, else when its payer is exactly the
    customer's number or name. One that was taken back is no money any more.
    """
    asked = {"customer": customer, "name": name, "currency": currency}
    row = connection.execute(_CREDIT, {**asked, "as_of": as_of, "today": as_of.date()}).one()
    return Money(int(row.free) + int(row.on_account) - int(row.over), currency)


def with_unused_money(connection: Connection, customers: Iterable[tuple[str, str]]) -> set[str]:
    """Those of the customers (number and name) for whom `credit_of` may find anything at all."""
    found: set[str] = set()
    for some in chunks(customers):
        names = sorted({name for one in some for name in one})
        having = set(connection.execute(_MAY_HAVE, {"names": names}).scalars())
        found.update(customer for customer, name in some if having & {customer, name})
    return found


def note_applied(connection: Connection, payment: str, applied_minor: int) -> None:
    """Note how much of the payment pays invoices now."""
    note_all_applied(connection, {payment: applied_minor})


def note_all_applied(connection: Connection, applied: Mapping[str, int]) -> None:
    """Note how much of each of these payments pays invoices now, in minor units."""
    rows = [{"of_payment": payment, "minor": minor} for payment, minor in applied.items()]
    if rows:
        connection.execute(_APPLIED, rows)
