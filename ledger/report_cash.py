"""Cash of any day: what came in and settled nothing yet, what was applied, what came in late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Join,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    or_,
    select,
)

from dunning.money import Money
from dunning.reports.aging import UNAPPLIED, AgedSum
from dunning.reports.buckets import Basis
from dunning.reports.days_to_pay import Receipt
from ledger.applications import APPLICATION
from ledger.credits import OUTFLOW
from ledger.payment_standing import STANDING
from ledger.report_aging import By, bucket_column
from ledger.report_reading import (
    CASE,
    CUSTOMER,
    EVERYTHING,
    Scope,
    items_on,
    known_movements,
)
from ledger.tables import FactRow, PaymentRow, table

FACT, PAYMENT = table(FactRow), table(PaymentRow)
# What moves cash between a payment and an invoice; and credit of an account, too.
MONEY = ("payment", "reversal", "undone")
CASH = (*MONEY, "credit_used")


@dataclass(frozen=True)
class FreeCash:
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
    used, gone = _used(day, scope), _gone(day, scope)
    left = PAYMENT.c.amount_minor - func.coalesce(used.c.applied, 0)
    left -= func.coalesce(gone.c.minor, 0)
    owned, owner = _owned(used)
    named = CUSTOMER.alias("named")
    joined = owned.outerjoin(named, named.c.customer == owner)
    joined = joined.outerjoin(gone, gone.c.payment == PAYMENT.c.payment)
    query: Select[Any] = select(
        PAYMENT.c.payment,
        PAYMENT.c.on,
        PAYMENT.c.reference,
        owner.label("owner"),
        func.coalesce(CASE.c.entity, named.c.entity, "").label("entity"),
        func.coalesce(named.c.segment, "").label("segment"),
        func.coalesce(named.c.collector, "").label("collector"),
        PAYMENT.c.currency,
        left.label("left"),
        PAYMENT.c.of,
    ).select_from(joined)
    returned = func.coalesce(used.c.returned, 0)
    chosen = query.where(PAYMENT.c.on <= day, left != 0, returned == 0, _may_be_free(day, scope))
    stays = [STANDING.c.returned_on.is_(None), STANDING.c.returned_on > day, *_unreturned(scope)]
    chosen = chosen.where(*_known(scope), or_(*stays))
    if customer:
        chosen = chosen.where(owner == customer)
    rows = connection.execute(chosen.order_by(PAYMENT.c.on, PAYMENT.c.payment))
    return [one for one in map(_free, rows) if scope.has(one.entity)]


def unapplied_sums(cash: list[FreeCash], by: By) -> Iterator[AgedSum]:
    """Unapplied cash as an aging counts it: negative, in no bucket."""
    for one in cash:
        key = str(getattr(one, by)) if by else ""
        yield AgedSum(key, one.amount.currency, UNAPPLIED, -one.amount.minor)


def receipts(connection: Connection, first: date, last: date) -> list[Receipt]:
    """Cash applied with value dates from the first to the last day, without what was taken back."""
    returned = APPLICATION.alias("returned")
    taken_back = exists().where(
        returned.c.source == APPLICATION.c.source,
        returned.c.invoice == APPLICATION.c.invoice,
        returned.c.kind == "reversal",
        returned.c.on <= last,
    )
    columns = (CASE.c.currency, CASE.c.issue_date, CASE.c.due_date, APPLICATION.c.on)
    query = select(*columns, func.sum(-APPLICATION.c.amount_minor)).select_from(
        APPLICATION.join(CASE, CASE.c.invoice == APPLICATION.c.invoice)
    )
    within = and_(APPLICATION.c.on >= first, APPLICATION.c.on <= last)
    chosen = query.where(APPLICATION.c.kind == "payment", within, ~taken_back)
    rows = connection.execute(chosen.group_by(*columns))
    return [Receipt(*row[:4], int(row[4])) for row in rows]


def collected_from(
    connection: Connection, start: date, end: date, basis: Basis = "due"
) -> list[AgedSum]:
    """What came in after `start` until `end` on what was open then, by the bucket it stood in."""
    item = items_on(start)
    cash = (
        select(APPLICATION.c.invoice, func.sum(-APPLICATION.c.amount_minor).label("paid"))
        .where(APPLICATION.c.kind.in_(MONEY), APPLICATION.c.on > start, APPLICATION.c.on <= end)
        .group_by(APPLICATION.c.invoice)
        .subquery("cash")
    )
    bucket = bucket_column(item, start, basis).label("bucket")
    query = select(item.c.currency, bucket, func.sum(cash.c.paid)).select_from(
        item.join(cash, cash.c.invoice == item.c.invoice)
    )
    rows = connection.execute(query.where(item.c.balance > 0).group_by(item.c.currency, bucket))
    return [AgedSum("", currency, bucket, int(minor)) for currency, bucket, minor in rows]


def sales(connection: Connection, last: date) -> list[tuple[str, date, int]]:
    """Credit sales by currency and issue date until the last day, at the amounts of that day."""
    item = items_on(last, settled_too=True)
    columns = (item.c.currency, item.c.issue_date)
    query = select(*columns, func.sum(item.c.amount)).group_by(*columns)
    return [(currency, on, int(minor)) for currency, on, minor in connection.execute(query)]


def _free(row: Any) -> FreeCash:  # noqa: ANN401 - a row of the query
    whose = (row.payment, row.on, row.reference, row.owner, row.entity, row.segment, row.collector)
    return FreeCash(*whose, Money(int(row.left), row.currency), row.of)


def _owned(used: Subquery) -> tuple[Join, ColumnElement[str]]:
    """Payments with what they paid, and whose their money is."""
    names, numbered = _names(), CUSTOMER.alias("numbered")
    decided = func.nullif(STANDING.c.customer, "")
    owner = func.coalesce(decided, CASE.c.customer, numbered.c.customer, names.c.customer, "")
    joined = (
        PAYMENT.outerjoin(used, used.c.source == PAYMENT.c.payment)
        .outerjoin(CASE, CASE.c.invoice == used.c.invoice)
        .outerjoin(STANDING, STANDING.c.payment == PAYMENT.c.payment)
        .outerjoin(numbered, numbered.c.customer == PAYMENT.c.payer)
        .outerjoin(names, names.c.name == PAYMENT.c.payer)
    )
    return joined, owner


def _used(day: date, scope: Scope) -> Subquery:
    """Of each payment: what it settled at the end of the day, one invoice, whether it came back.

    What pays an invoice that was issued later has settled nothing yet.
    """
    kind = APPLICATION.c.kind
    query = select(
        APPLICATION.c.source,
        func.sum(-APPLICATION.c.amount_minor).label("applied"),
        func.min(APPLICATION.c.invoice).label("invoice"),
        func.max(case((kind == "reversal", 1), else_=0)).label("returned"),
    ).where(kind.in_(CASH), APPLICATION.c.on <= day, *known_movements(scope))
    query = query.where(
        APPLICATION.c.invoice.not_in(_issued_after(day)),
        APPLICATION.c.source.in_(select(PAYMENT.c.payment).where(_may_be_free(day, scope))),
    )
    return query.group_by(APPLICATION.c.source).subquery("used")


def _issued_after(day: date) -> Select[Any]:
    return select(CASE.c.invoice).where(CASE.c.issue_date > day)


def _known(scope: Scope) -> list[ColumnElement[bool]]:
    """Payments that were recorded in time to be known."""
    if scope.known_at is None:
        return []
    first = and_(FACT.c.stream == "payment:" + PAYMENT.c.payment, FACT.c.number == 1)
    return [exists().where(first, FACT.c.recorded_at <= scope.known_at)]


def _unreturned(scope: Scope) -> list[ColumnElement[bool]]:
    """Payments of which it was not known yet that they went back."""
    if scope.known_at is None:
        return []
    back = and_(FACT.c.stream == "payment:" + PAYMENT.c.payment, FACT.c.kind == "payment_returned")
    return [~exists().where(back, FACT.c.recorded_at <= scope.known_at)]


def _may_be_free(day: date, scope: Scope) -> ColumnElement[bool]:
    """What is used up now and did not move since the day was used up then: most payments are."""
    moved_later = [APPLICATION.c.on > day, APPLICATION.c.invoice.in_(_issued_after(day))]
    if scope.known_at:
        moved_later.append(APPLICATION.c.recorded_at > scope.known_at)
    later = select(APPLICATION.c.source).where(or_(*moved_later))
    left = PAYMENT.c.amount_minor != PAYMENT.c.applied_minor
    away = select(OUTFLOW.c.payment).where(~_has_gone(day, scope))
    return or_(left, PAYMENT.c.payment.in_(later), PAYMENT.c.payment.in_(away))


def _gone(day: date, scope: Scope) -> Subquery:
    """Of each payment: what was refunded or transferred by the end of the day."""
    query = select(OUTFLOW.c.payment, func.sum(OUTFLOW.c.amount_minor).label("minor"))
    return query.where(_has_gone(day, scope)).group_by(OUTFLOW.c.payment).subquery("gone")


def _has_gone(day: date, scope: Scope) -> ColumnElement[bool]:
    """Whether an outflow counts by the day; what is only approved does not."""
    gone = and_(OUTFLOW.c.on.is_not(None), OUTFLOW.c.on <= day)
    return and_(gone, OUTFLOW.c.recorded_at <= scope.known_at) if scope.known_at else gone


def _names() -> Subquery:
    """Names that only one customer has."""
    query = select(CUSTOMER.c.name, func.min(CUSTOMER.c.customer).label("customer"))
    return query.group_by(CUSTOMER.c.name).having(func.count() == 1).subquery("names")
