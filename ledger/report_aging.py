"""What was open at the end of a day, added up by age: the database groups, in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    select,
)

from dunning.reports.aging import UNAPPLIED, AgingRow
from dunning.reports.buckets import BUCKETS, Basis, buckets_by
from ledger.disputes import DISPUTE
from ledger.report_reading import (
    CASE,
    CUSTOMER,
    EVERYTHING,
    Scope,
    disputed_on,
    in_dispute,
    standings,
)

By = Literal["", "customer", "collector", "entity", "segment"]
_KEYS = tuple(one.key for one in BUCKETS)
_OF_CUSTOMER = ("segment", "collector")
_FEW = ("", "entity")
# To ask for rows one by one takes longer, and so does it to hold all of them.
_AT_ONCE = 2_000


def aged_rows(  # noqa: PLR0913 - what is aged, how, and which part of it
    connection: Connection,
    day: date,
    basis: Basis,
    by: By = "",
    scope: Scope = EVERYTHING,
    *,
    of: Sequence[str] | None = None,
) -> Iterator[AgingRow]:
    """What was open at the end of the day, by key and currency, for `aging_rows` to add up.

    Of all customers, or `of` a few. A key may come several times. Credit balances stand in
    `unapplied`; unapplied cash is not here.
    """
    mine, theirs = ([] if of is None else [one.c.customer.in_(of)] for one in (CASE, DISPUTE))
    for part in standings(day, scope, among=mine):
        for some in connection.execute(_aged(part, day, basis, by)).partitions(_AT_ONCE):
            for key, currency, *sums, held, invoices in some:
                yield AgingRow(key, currency, tuple(sums), held, 0, invoices)
    among = [CASE.c.invoice.in_(select(DISPUTE.c.invoice).where(in_dispute(day), *theirs))]
    for part in standings(day, scope, disputed_on(day), settled_too=True, among=among):
        for key, currency, minor in connection.execute(_disputed(part, by)):
            yield AgingRow(key, currency, disputed=minor)


def bucket_column(item: Subquery, day: date, basis: Basis) -> ColumnElement[str]:
    """The key of the item's bucket, found by dates: the youngest bucket is asked first."""
    dated = item.c.due_date if basis == "due" else item.c.issue_date
    known = [(one.key, one.due_between(day)[1]) for one in buckets_by(basis)]
    asked = [(dated >= earliest, key) for key, earliest in known if earliest is not None]
    return case((item.c.balance < 0, UNAPPLIED), *asked, else_=known[-1][0])


def _aged(part: Select[Any], day: date, basis: Basis, by: By) -> Select[Any]:
    """One part of what stood: a sum for each bucket, in one pass."""
    item = _added_up(part.subquery("item"), by)
    dated = item.c.due_date if basis == "due" else item.c.issue_date
    within = {one.key: _aged_between(dated, *one.due_between(day)) for one in buckets_by(basis)}
    sums = [_sum(item.c.owed, *within[key]) if key in within else literal(0) for key in _KEYS]
    return _by(item, by, [*sums, _sum(item.c.held), _sum(item.c.invoices)])


def _added_up(item: Subquery, by: By) -> Subquery:
    """What is owed and what we hold, invoice by invoice.

    Without customers they are added up first by their days, in the order of an index: of these
    there are few.
    """
    balance = item.c.balance
    owed, held = case((balance > 0, balance), else_=0), case((balance < 0, balance), else_=0)
    count = case((balance != 0, 1), else_=0)
    amounts = {"owed": owed, "held": held, "invoices": count}
    keys = [item.c[name] for name in ("entity", "currency", "due_date", "issue_date")]
    if by in _FEW:
        sums = [_sum(one).label(name) for name, one in amounts.items()]
        return select(*keys, *sums).group_by(*keys).subquery("of_days")
    each = [one.label(name) for name, one in amounts.items()]
    return select(item.c.customer, *keys, *each).subquery("each")


def _disputed(part: Select[Any], by: By) -> Select[Any]:
    """What of it was in dispute: few invoices, so they are looked up one by one."""
    item = part.subquery("item")
    return _by(item, by, [_sum(item.c.disputed, item.c.disputed > 0)])


def _by(item: Subquery, by: By, sums: Sequence[ColumnElement[int]]) -> Select[Any]:
    """The sums by key and currency; what a customer belongs to is looked up once a customer."""
    kept = "customer" if by in _OF_CUSTOMER else by
    key = item.c[kept] if kept else literal("")
    named = [one.label(f"sum_{place}") for place, one in enumerate(sums)]
    keys = [key, item.c.currency] if kept else [item.c.currency]
    grouped = select(key.label("key"), item.c.currency, *named).group_by(*keys)
    if by not in _OF_CUSTOMER:
        return grouped
    each = grouped.subquery("of_customer")
    whose = func.coalesce(CUSTOMER.c[by], "")
    totals = [cast(func.sum(each.c[one.name]), BigInteger) for one in named]
    joined = each.outerjoin(CUSTOMER, CUSTOMER.c.customer == each.c.key)
    query = select(whose, each.c.currency, *totals).select_from(joined)
    return query.group_by(whose, each.c.currency)


def _aged_between(
    dated: ColumnElement[date], latest: date | None, earliest: date | None
) -> list[ColumnElement[bool]]:
    asked = [dated <= latest] if latest else []
    return [*asked, *([dated >= earliest] if earliest else [])]


def _sum(minor: ColumnElement[int], *asked: ColumnElement[bool]) -> ColumnElement[int]:
    # The sum of a bigint is a decimal on PostgreSQL, which takes long to read.
    chosen = case((and_(*asked), minor), else_=0) if asked else minor
    return cast(func.sum(chosen), BigInteger)
