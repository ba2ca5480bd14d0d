"""Cash of any day: what came in and settled nothing yet, what was applied, what came in late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from dunning.money import Money
from dunning.reports.aging import UNAPPLIED, AgedSum
from dunning.reports.buckets import Basis
from dunning.reports.days_to_pay import Receipt
from ledger.applications import APPLICATION
from ledger.report_reading import CASE, CUSTOMER, By, after, bucket_column, items_on
from ledger.tables import FactRow, PaymentRow, table

FACT, PAYMENT = table(FactRow), table(PaymentRow)
_CASH = ("payment", "reversal")


@dataclass(frozen=True)
class FreeCash:
    """What of a payment settled nothing at the end of a day, and whose it is ("" if unknown)."""

    payment: str
    on: date
    reference: str
    customer: str
    entity: str
    segment: str
    amount: Money


@dataclass(frozen=True)
class BackdatedEntry:
    """An entry that counts on a day but was recorded after it."""

    invoice: str
    kind: str
    on: date
    recorded_at: datetime
    amount: Money


def free_cash(connection: Connection, day: date, customer: str = "") -> list[FreeCash]:
    """Money in by the day that settled nothing at its end; one that was taken back is none.

    It is the customer's whose invoice another part of it paid, else that one's whose number or
    name (where only one has it) is exactly the payer's.
    """
    used = _used(day)
    left = PAYMENT.c.amount_minor - func.coalesce(used.c.applied, 0)
    names = _names()
    numbered, named = CUSTOMER.alias("numbered"), CUSTOMER.alias("named")
    owner = func.coalesce(CASE.c.customer, numbered.c.customer, names.c.customer, "")
    joined = (
        PAYMENT.outerjoin(used, used.c.source == PAYMENT.c.payment)
        .outerjoin(CASE, CASE.c.invoice == used.c.invoice)
        .outerjoin(numbered, numbered.c.customer == PAYMENT.c.payer)
        .outerjoin(names, names.c.name == PAYMENT.c.payer)
        .outerjoin(named, named.c.customer == owner)
    )
    query = select(
        PAYMENT.c.payment,
        PAYMENT.c.on,
        PAYMENT.c.reference,
        owner.label("owner"),
        func.coalesce(CASE.c.entity, named.c.entity, "").label("entity"),
        func.coalesce(named.c.segment, "").label("segment"),
        PAYMENT.c.currency,
        left.label("left"),
    ).select_from(joined)
    returned = func.coalesce(used.c.returned, 0)
    chosen = query.where(PAYMENT.c.on <= day, left != 0, returned == 0, _may_be_free(day))
    if customer:
        chosen = chosen.where(owner == customer)
    rows = connection.execute(chosen.order_by(PAYMENT.c.on, PAYMENT.c.payment))
    return [FreeCash(*row[:6], Money(int(row.left), row.currency)) for row in rows]


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
        .where(APPLICATION.c.kind.in_(_CASH), APPLICATION.c.on > start, APPLICATION.c.on <= end)
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


def backdated(connection: Connection, day: date) -> Iterator[BackdatedEntry]:
    """What counts on the day but was recorded after it: movements, invoices, unapplied payments.

    A report of the day that was made on the day did not have it. The latest come first.
    """
    for query in (_late_movements(day), _late_invoices(day), _late_payments(day)):
        late = query.order_by(literal_column("recorded_at").desc())
        for invoice, kind, on, recorded_at, minor, currency in connection.execute(late):
            yield BackdatedEntry(invoice, kind, on, recorded_at, Money(int(minor), currency))


def _late_movements(day: date) -> Select[Any]:
    on, recorded_at = APPLICATION.c.on, APPLICATION.c.recorded_at.label("recorded_at")
    minor, kind = APPLICATION.c.amount_minor, APPLICATION.c.kind
    query = select(APPLICATION.c.invoice, kind, on, recorded_at, minor, CASE.c.currency)
    joined = query.join_from(APPLICATION, CASE, CASE.c.invoice == APPLICATION.c.invoice)
    return joined.where(APPLICATION.c.recorded_at >= after(day), on <= day)


def _late_invoices(day: date) -> Select[Any]:
    recorded_at, kind = CASE.c.opened_at.label("recorded_at"), literal("invoice")
    columns = (CASE.c.issue_date, recorded_at, CASE.c.amount_minor, CASE.c.currency)
    late = (CASE.c.opened_at >= after(day), CASE.c.issue_date <= day)
    return select(CASE.c.invoice, kind, *columns).where(*late)


def _late_payments(day: date) -> Select[Any]:
    recorded_at = FACT.c.recorded_at.label("recorded_at")
    left = PAYMENT.c.applied_minor - PAYMENT.c.amount_minor
    columns = (PAYMENT.c.on, recorded_at, left, PAYMENT.c.currency)
    query = select(literal(""), literal("unapplied payment"), *columns)
    joined = query.join_from(PAYMENT, FACT, FACT.c.stream == "payment:" + PAYMENT.c.payment)
    late = (FACT.c.number == 1, FACT.c.recorded_at >= after(day), PAYMENT.c.on <= day)
    return joined.where(*late, left != 0)


def _used(day: date) -> Subquery:
    """Of each payment: what it settled at the end of the day, one invoice, whether it came back."""
    kind = APPLICATION.c.kind
    query = select(
        APPLICATION.c.source,
        func.sum(-APPLICATION.c.amount_minor).label("applied"),
        func.min(APPLICATION.c.invoice).label("invoice"),
        func.max(case((kind == "reversal", 1), else_=0)).label("returned"),
    ).where(kind.in_(_CASH), APPLICATION.c.on <= day)
    query = query.where(
        APPLICATION.c.source.in_(select(PAYMENT.c.payment).where(_may_be_free(day)))
    )
    return query.group_by(APPLICATION.c.source).subquery("used")


def _may_be_free(day: date) -> ColumnElement[bool]:
    """What is used up now and did not move since the day was used up then: most payments are."""
    later = select(APPLICATION.c.source).where(APPLICATION.c.on > day)
    return or_(PAYMENT.c.amount_minor != PAYMENT.c.applied_minor, PAYMENT.c.payment.in_(later))


def _names() -> Subquery:
    """Names that only one customer has."""
    query = select(CUSTOMER.c.name, func.min(CUSTOMER.c.customer).label("customer"))
    return query.group_by(CUSTOMER.c.name).having(func.count() == 1).subquery("names")
