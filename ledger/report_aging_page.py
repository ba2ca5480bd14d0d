"""The largest customers of an aging: the database adds up, puts in order and cuts the page off."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
    text,
    union_all,
)

from dunning.reports.aging import AgingRow, aging_rows, aging_totals
from dunning.reports.buckets import Basis
from ledger.report_aging import By, Read, aging_reads
from ledger.report_at_once import at_once
from ledger.report_cash import unapplied_rows
from ledger.report_reading import Scope
from ledger.report_standings import standings

# What is told as one list comes back as rows: a statement takes only so many values.
_TOLD = {
    "sqlite": "SELECT json_extract(value, '$[0]') AS key, json_extract(value, '$[1]') AS minor"
    " FROM json_each(:cash)",
    "postgresql": "SELECT value->>0 AS key, CAST(value->>1 AS BIGINT) AS minor"
    " FROM jsonb_array_elements(CAST(:cash AS JSONB)) AS one(value)",
}


class Owed(NamedTuple):
    """What is aged: invoices and unapplied cash of these parts of the books, by their days."""

    day: date
    basis: Basis
    scopes: Sequence[Scope]


class Place(NamedTuple):
    """Where a page ended: the total of its last customer in minor units, and the customer."""

    total: int
    key: str


class PageAsked(NamedTuple):
    """A page of one currency, the first that has anything without it, after a place."""

    currency: str
    after: Place | None
    most: int


class LargestRows(NamedTuple):
    """The totals of all currencies, and customers of one of them, the largest total first."""

    totals: list[AgingRow]
    rows: list[AgingRow]


def largest_rows(connection: Connection, owed: Owed, page: PageAsked) -> LargestRows:
    """Of an aging by customer the totals, and a page of the rows.

    They stand in the order of their totals, then of their numbers.
    """
    dialect = connection.dialect.name
    reads: list[Read] = [partial(_unapplied, owed), *_reads(dialect, owed)]
    unapplied, *stood = at_once(connection, reads)
    parts = (row._replace(key="") for row in chain(aging_totals(unapplied), *stood))
    totals = aging_totals(aging_rows((), parts))
    known = [one.currency for one in totals]
    if not known:
        return LargestRows([], [])
    currency = page.currency if page.currency in known else known[0]
    cash = [row for row in unapplied if row.currency == currency]
    told = json.dumps([(row.key, row.unapplied) for row in cash])
    ranked = _ranked(dialect, owed, currency, page.after).limit(page.most)
    keys = set(connection.execute(ranked, {"cash": told}).scalars())
    found = [read(connection) for read in _reads(dialect, owed, "customer", sorted(keys))]
    mine = [row for row in chain(*found) if row.currency == currency]
    rows = aging_rows((), [*mine, *(row for row in cash if row.key in keys)])
    return LargestRows(totals, sorted(rows, key=lambda row: (-row.total, row.key)))


def _unapplied(owed: Owed, connection: Connection) -> list[AgingRow]:
    parts = (unapplied_rows(owed.day, "customer", one, connection) for one in owed.scopes)
    return aging_rows((), chain(*parts))


def _reads(dialect: str, owed: Owed, by: By = "", of: Sequence[str] | None = None) -> chain[Read]:
    return chain.from_iterable(
        aging_reads(dialect, owed.day, owed.basis, by, scope, of=of) for scope in owed.scopes
    )


def _ranked(dialect: str, owed: Owed, currency: str, after: Place | None) -> Select[Any]:
    """The customers with anything in the currency, the largest total first."""
    told = text(_TOLD[dialect]).bindparams(bindparam("cash", type_=String()))
    cash = told.columns(key=String(), minor=BigInteger()).subquery("cash")
    parts: list[Select[Any]] = [select(cash.c.key, cash.c.minor)]
    for scope in owed.scopes:
        for place, part in enumerate(standings(owed.day, scope)):
            item = part.subquery("item")
            minor = item.c.balance if place else func.sum(item.c.balance)
            each = select(item.c.customer.label("key"), minor.label("minor")).where(
                item.c.currency == currency, item.c.balance != 0
            )
            # Those that did not move come in this order; to have it, SQLite would read the
            # others, who are few, through an index of all.
            parts.append(each if place else each.group_by(item.c.customer))
    owes = union_all(*parts).subquery("owes")
    # Numbers in the order of their bytes, whatever collation a PostgreSQL was made with.
    key = owes.c.key if dialect == "sqlite" else owes.c.key.collate("C")
    total = cast(func.sum(owes.c.minor), BigInteger)
    query = select(owes.c.key).group_by(owes.c.key).order_by(total.desc(), key)
    if after is None:
        return query
    return query.having(or_(total < after.total, and_(total == after.total, key > after.key)))
