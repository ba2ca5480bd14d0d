"""Cash of any day that came in and settled nothing yet, and whose it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union,
)

from dunning.money import Money
from dunning.reports.aging import UNAPPLIED, AgedSum, AgingRow, aging_rows
from ledger.applications import APPLICATION, CASH
from ledger.credits import OUTFLOW
from ledger.payment_standing import STANDING
from ledger.report_aging import By
from ledger.report_payers import payers_of
from ledger.report_reading import (
    CASE,
    CUSTOMER,
    EVERYTHING,
    Scope,
    after,
    each,
    known_movements,
)
from ledger.tables import FactRow, PaymentRow, table

FACT, PAYMENT = table(FactRow), table(PaymentRow)
# As the partial index has it, word for word.
_FREE = PAYMENT.c.amount_minor != PAYMENT.c.applied_minor
_EVER_USED = or_(
    PAYMENT.c.last_used_on.is_not(None), PAYMENT.c.payment.in_(select(OUTFLOW.c.payment))
)
_TOLD = tuple(PAYMENT.c[name] for name in ("payment", "on", "reference", "payer", "currency", "of"))
_NAME = select(CUSTOMER.c.name).where(CUSTOMER.c.customer == bindparam("customer"))


class FreeCash(NamedTuple):
    """What of a payment settled nothing at the end of a day, and whose it is ("" if unknown).

    `of` is `credit_note` for one that belongs to no invoice.
    """

    payment: str
    on: date
    reference: str
    customer: str
    entity: str
    segment: str
    collector: str
    amount: Money
    of: str = "payment"


def free_cash(
    connection: Connection, day: date, customer: str = "", scope: Scope = EVERYTHING
) -> list[FreeCash]:
    """Money in by the day that settled nothing at its end; one that was taken back is none.

    It is the customer's on whose account it was put, else whose invoice another part of it paid,
    else that one's whose number or name (where only one has it) is exactly the payer's.
    """
    theirs = _of_customer(connection, customer) if customer else []
    never_used = _came(day, scope, theirs).where(_FREE, ~_EVER_USED)
    used = _with_uses(connection.dialect.name, day, scope, theirs)
    left = [*connection.execute(never_used), *_left(connection.execute(used))]
    found = _owned(connection, left)
    mine = [one for one in found if scope.has(one.entity) and customer in {"", one.customer}]
    return sorted(mine, key=lambda one: (one.on, one.payment))


def unapplied_rows(day: date, by: By, scope: Scope, connection: Connection) -> list[AgingRow]:
    """Unapplied cash at the end of the day as rows of an aging, to be read at once with others."""
    return aging_rows(unapplied_sums(free_cash(connection, day, scope=scope), by))


def unapplied_sums(cash: Iterable[FreeCash], by: By) -> Iterator[AgedSum]:
    """Unapplied cash as an aging counts it: negative, in no bucket."""
    left: Counter[tuple[str, str]] = Counter()
    for one in cash:
        left[str(getattr(one, by)) if by else "", one.amount.currency] -= one.amount.minor
    for (key, currency), minor in left.items():
        yield AgedSum(key, currency, UNAPPLIED, minor)


def _of_customer(connection: Connection, customer: str) -> list[ColumnElement[bool]]:
    """What a payment of the customer's has to be: paid under its number or name, or used there."""
    name = connection.execute(_NAME, {"customer": customer}).scalar()
    payer = select(PAYMENT.c.payment).where(PAYMENT.c.payer.in_({customer, name or customer}))
    kept = select(STANDING.c.payment).where(STANDING.c.customer == customer)
    invoices = select(CASE.c.invoice).where(CASE.c.customer == customer)
    used = select(APPLICATION.c.source).where(APPLICATION.c.invoice.in_(invoices))
    return [PAYMENT.c.payment.in_(union(payer, kept, used))]


def _came(day: date, scope: Scope, theirs: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Payments of the day and before that had not gone back; indexes have most of them whole."""
    joined = PAYMENT.outerjoin(STANDING, STANDING.c.payment == PAYMENT.c.payment)
    customer = func.coalesce(_decided(day, scope), "").label("customer")
    left, entity = PAYMENT.c.amount_minor.label("left"), literal("").label("entity")
    query = select(*_TOLD, customer, entity, left).select_from(joined)
    return query.where(PAYMENT.c.on <= day, *theirs, *_known(scope), _stays(day, scope))


def _with_uses(
    dialect: str, day: date, scope: Scope, theirs: Sequence[ColumnElement[bool]]
) -> Select[Any]:
    """Payments of which something may have been left: a row for each use by the day, or one.

    What pays an invoice that was issued later has settled nothing yet.
    """
    came, gone = _may_be_free(day, scope, theirs), _gone(day, scope)
    counts = (APPLICATION.c.kind.in_(CASH), APPLICATION.c.on <= day, *known_movements(scope))
    # Looked up by payment, not by day.
    of_payment = (APPLICATION.c.source == came.c.payment, *(one.is_(true()) for one in counts))
    used, is_use = each(dialect, APPLICATION, *of_payment)
    of_invoice = (CASE.c.invoice == used.c.invoice, (CASE.c.issue_date <= day).is_(true()))
    paid, is_paid = each(dialect, CASE, *of_invoice)
    joined = came.outerjoin(gone, gone.c.payment == came.c.payment)
    joined = joined.outerjoin(used, is_use).outerjoin(paid, is_paid)
    away = func.coalesce(gone.c.minor, 0).label("away")
    whose = (paid.c.customer.label("paid_for"), paid.c.entity.label("paid_in"))
    query = select(came, away, used.c.kind, used.c.amount_minor, *whose).select_from(joined)
    return query.order_by(came.c.payment, used.c.invoice)


def _left(rows: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """What is left of each payment and whose invoice it paid; nothing of one that came back."""
    for _, some in groupby(rows, attrgetter("payment")):
        uses = list(some)
        counted = [one for one in uses if one.paid_in is not None]
        left = uses[0].left - int(uses[0].away) + sum(one.amount_minor for one in counted)
        if left and all(one.kind != "reversal" for one in counted):
            customer, entity = (counted[0].paid_for, counted[0].paid_in) if counted else ("", "")
            yield *uses[0][: len(_TOLD)], uses[0].customer or customer, entity, left


def _decided(day: date, scope: Scope) -> ColumnElement[str]:
    """On whose account it was by the end of the day."""
    known = [STANDING.c.on_account_at <= scope.known_at] if scope.known_at else []
    by_then = and_(STANDING.c.on_account_at < after(day), *known)
    return case((by_then, func.nullif(STANDING.c.customer, "")))


def _stays(day: date, scope: Scope) -> ColumnElement[bool]:
    """Payments that had not gone back by the day, or not so that anybody knew."""
    back = [STANDING.c.returned_on.is_(None), STANDING.c.returned_on > day]
    return or_(*back, *_unreturned(scope))


def _owned(connection: Connection, rows: Sequence[Sequence[Any]]) -> Iterator[FreeCash]:
    """The payments with whose they are, and what is known of the customer."""
    payers = payers_of(connection, [(row[3], row[6]) for row in rows])
    for payment, on, reference, payer, currency, of, owner, entity, left in rows:
        customer = owner or payers.customer(payer)
        whose = payers.described(customer)
        of_customer = (customer, entity or whose.entity, whose.segment, whose.collector)
        amount = Money(int(left), currency)
        yield FreeCash(payment, on, reference, *of_customer, amount, of)


def _known(scope: Scope) -> list[ColumnElement[bool]]:
    """Payments that were recorded in time to be known."""
    return [PAYMENT.c.recorded_at <= scope.known_at] if scope.known_at else []


def _unreturned(scope: Scope) -> list[ColumnElement[bool]]:
    """Payments of which it was not known yet that they went back."""
    if scope.known_at is None:
        return []
    back = and_(FACT.c.stream == "payment:" + PAYMENT.c.payment, FACT.c.kind == "payment_returned")
    return [~exists().where(back, FACT.c.recorded_at <= scope.known_at)]


def _may_be_free(day: date, scope: Scope, theirs: Sequence[ColumnElement[bool]]) -> Subquery:
    """Payments that were used, of which something may have been left: each kind has its index.

    What is used up now and was not used since the day was used up then.
    """
    came, gone = _came(day, scope, theirs), select(OUTFLOW.c.payment).where(~_has_gone(day, scope))
    parts = [
        came.where(_FREE, _EVER_USED),
        came.where(PAYMENT.c.last_used_on > PAYMENT.c.on, PAYMENT.c.last_used_on > day),
        came.where(PAYMENT.c.payment.in_(gone)),
    ]
    if scope.known_at:
        told = select(APPLICATION.c.source).where(APPLICATION.c.recorded_at > scope.known_at)
        parts.append(came.where(PAYMENT.c.payment.in_(told.where(APPLICATION.c.on <= day))))
    return union(*parts).subquery("came")


def _gone(day: date, scope: Scope) -> Subquery:
    """Of each payment: what was refunded or transferred by the end of the day."""
    query = select(OUTFLOW.c.payment, func.sum(OUTFLOW.c.amount_minor).label("minor"))
    return query.where(_has_gone(day, scope)).group_by(OUTFLOW.c.payment).subquery("gone")


def _has_gone(day: date, scope: Scope) -> ColumnElement[bool]:
    """Whether an outflow counts by the day; what is only approved does not."""
    gone = and_(OUTFLOW.c.on.is_not(None), OUTFLOW.c.on <= day)
    return and_(gone, OUTFLOW.c.recorded_at <= scope.known_at) if scope.known_at else gone
