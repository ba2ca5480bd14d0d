"""What was open at the end of a day, added up by age: the database groups, in one pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import chain
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
from ledger.report_at_once import at_once
from ledger.report_reading import CASE, CUSTOMER, EVERYTHING, Scope
from ledger.report_standings import disputed_items, standings

By = Literal["", "customer", "collector", "entity", "segment"]
Read = Callable[[Connection], list[AgingRow]]
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
    reads = aging_reads(connection.dialect.name, day, basis, by, scope, of=of)
    yield from read_all(connection, by, reads)


def read_all(connection: Connection, by: By, reads: Sequence[Read]) -> Iterator[AgingRow]:
    """The rows of all these reads, two reads at a time in large books, but not by customer.

    A row for each of very many customers has to be made by Python, which does one thing at a time.
    """
    if by == "customer":
        return chain.from_iterable(read(connection) for read in reads)
    return chain.from_iterable(at_once(connection, reads))


def aging_reads(  # noqa: PLR0913 - as above
    dialect: str,
    day: date,
    basis: Basis,
    by: By = "",
    scope: Scope = EVERYTHING,
    *,
    of: Sequence[str] | None = None,
) -> list[Read]:
    """The same for `read_all`: the parts of what stood, and what of it was in dispute."""
    mine, theirs = ([] if of is None else [one.c.customer.in_(of)] for one in (CASE, DISPUTE))
    held = disputed_items(dialect, day, scope, theirs)
    disputed = _by(held, by, [_sum(held.c.disputed)])
    return [
        *(partial(_read, _aged(one, day, basis, by)) for one in standings(day, scope, among=mine)),
        partial(_read_disputed, disputed),
    ]


def bucket_column(item: Subquery, day: date, basis: Basis) -> ColumnElement[str]:
    """The key of the item's bucket, found by dates: the youngest bucket is asked first."""
    dated = item.c.due_date if basis == "due" else item.c.issue_date
    known = [(one.key, one.due_between(day)[1]) for one in buckets_by(basis)]
    asked = [(dated >= earliest, key) for key, earliest in known if earliest is not None]
    return case((item.c.balance < 0, UNAPPLIED), *asked, else_=known[-1][0])


def _read(query: Select[Any], connection: Connection) -> list[AgingRow]:
    return [
        AgingRow(key, currency, tuple(sums), held, 0, invoices)
        for some in connection.execute(query).partitions(_AT_ONCE)
        for key, currency, *sums, held, invoices in some
    ]


def _read_disputed(query: Select[Any], connection: Connection) -> list[AgingRow]:
    rows = connection.execute(query)
    return [AgingRow(key, currency, disputed=minor) for key, currency, minor in rows]


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
