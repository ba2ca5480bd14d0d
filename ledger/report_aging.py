"""What was open at the end of a day, added up by age: one pass over what is open."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, Subquery, case, func, literal, select

from dunning.reports.aging import UNAPPLIED, AgedSum
from dunning.reports.buckets import Basis, buckets_by
from ledger.report_reading import CUSTOMER, EVERYTHING, Scope, items_on

By = Literal["", "customer", "collector", "entity", "segment"]


def aged_sums(
    connection: Connection, day: date, basis: Basis, by: By = "", scope: Scope = EVERYTHING
) -> list[AgedSum]:
    """What was open at the end of the day by key, currency and bucket.

    Credit balances stand in the bucket `unapplied`; unapplied cash is not in here.
    """
    # What the index of open invoices has: an invoice itself is not looked at.
    names = ("customer", "entity", "currency", "issue_date", "due_date", "balance", "disputed")
    rows = connection.execute(_aged(items_on(day, scope=scope, only=names), day, basis, by))
    # SUM of a bigint is a Decimal on PostgreSQL.
    return [
        AgedSum(key, currency, bucket, int(minor), int(disputed), count)
        for key, currency, bucket, minor, disputed, count in rows
    ]


def bucket_column(item: Subquery, day: date, basis: Basis) -> ColumnElement[str]:
    """The key of the item's bucket, found by dates: the youngest bucket is asked first."""
    dated = item.c.due_date if basis == "due" else item.c.issue_date
    known = [(one.key, one.due_between(day)[1]) for one in buckets_by(basis)]
    asked = [(dated >= earliest, key) for key, earliest in known if earliest is not None]
    return case((item.c.balance < 0, UNAPPLIED), *asked, else_=known[-1][0])


def _aged(item: Subquery, day: date, basis: Basis, by: By) -> Select[Any]:
    key = _key(item, by).label("key")
    bucket = bucket_column(item, day, basis).label("bucket")
    source: Any = item
    if by in ("segment", "collector"):
        source = item.outerjoin(CUSTOMER, CUSTOMER.c.customer == item.c.customer)
    query: Select[Any] = select(
        key, item.c.currency, bucket, func.sum(item.c.balance), func.sum(item.c.disputed)
    ).add_columns(func.count())
    query = query.select_from(source).where(item.c.balance != 0)
    return query.group_by(key, item.c.currency, bucket)


def _key(item: Subquery, by: By) -> ColumnElement[Any]:
    match by:
        case "customer":
            return item.c.customer
        case "entity":
            return item.c.entity
        case "segment" | "collector":
            return func.coalesce(CUSTOMER.c[by], "")
        case "":
            return literal("")
