"""What was sold and what came in for it, over a period."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, and_, exists, func, select

from dunning.reports.aging import AgedSum
from dunning.reports.buckets import Basis
from dunning.reports.days_to_pay import Receipt
from ledger.applications import APPLICATION, MONEY
from ledger.report_aging import bucket_column
from ledger.report_items import items_on
from ledger.report_reading import EVERYTHING, Scope, known_movements

_TERMS = ("invoice", "currency", "issue_date", "due_date")


def receipts(
    connection: Connection, first: date, last: date, scope: Scope = EVERYTHING
) -> list[Receipt]:
    """Cash applied with value dates from the first to the last day, without what was taken back.

    Due dates are those of the last day.
    """
    returned = APPLICATION.alias("returned")
    known = [returned.c.recorded_at <= scope.known_at] if scope.known_at else []
    taken_back = exists().where(
        returned.c.source == APPLICATION.c.source,
        returned.c.invoice == APPLICATION.c.invoice,
        returned.c.kind == "reversal",
        returned.c.on <= last,
        *known,
    )
    item = items_on(last, settled_too=True, scope=scope, only=_TERMS)
    columns = (item.c.currency, item.c.issue_date, item.c.due_date, APPLICATION.c.on)
    query = select(*columns, func.sum(-APPLICATION.c.amount_minor)).select_from(
        APPLICATION.join(item, item.c.invoice == APPLICATION.c.invoice)
    )
    within = and_(APPLICATION.c.on >= first, APPLICATION.c.on <= last, *known_movements(scope))
    chosen = query.where(APPLICATION.c.kind == "payment", within, ~taken_back)
    rows = connection.execute(chosen.group_by(*columns))
    return [Receipt(*row[:4], int(row[4])) for row in rows]


def collected_from(
    connection: Connection,
    start: date,
    end: date,
    basis: Basis = "due",
    scope: Scope = EVERYTHING,
) -> list[AgedSum]:
    """What came in after `start` until `end` on what was open then, by the bucket it stood in."""
    item = items_on(start, scope=scope, only=(*_TERMS, "balance"))
    within = and_(APPLICATION.c.on > start, APPLICATION.c.on <= end, *known_movements(scope))
    cash = (
        select(APPLICATION.c.invoice, func.sum(-APPLICATION.c.amount_minor).label("paid"))
        .where(APPLICATION.c.kind.in_(MONEY), within)
        .group_by(APPLICATION.c.invoice)
        .subquery("cash")
    )
    bucket = bucket_column(item, start, basis).label("bucket")
    query = select(item.c.currency, bucket, func.sum(cash.c.paid)).select_from(
        item.join(cash, cash.c.invoice == item.c.invoice)
    )
    rows = connection.execute(query.where(item.c.balance > 0).group_by(item.c.currency, bucket))
    return [AgedSum("", currency, bucket, int(minor)) for currency, bucket, minor in rows]


def sales(
    connection: Connection, last: date, scope: Scope = EVERYTHING
) -> list[tuple[str, date, int]]:
    """Credit sales by currency and issue date until the last day, at the amounts of that day."""
    names = ("currency", "issue_date", "amount")
    item = items_on(last, settled_too=True, scope=scope, only=names)
    columns = (item.c.currency, item.c.issue_date)
    query = select(*columns, func.sum(item.c.amount)).group_by(*columns)
    return [(currency, on, int(minor)) for currency, on, minor in connection.execute(query)]
