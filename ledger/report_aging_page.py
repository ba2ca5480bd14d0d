"""The largest customers of an aging: the database adds up, puts in order and cuts the page off."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
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

from dunning.reports.aging import AgedSum, AgingRow, aging_rows, aging_totals
from dunning.reports.buckets import Basis
from ledger.report_aging import By, aged_rows
from ledger.report_reading import Scope, standings

# What is told as one list comes back as rows: a statement takes only so many values.
_TOLD = {
    "sqlite": "SELECT json_extract(value, '$[0]') AS key, json_extract(value, '$[1]') AS minor"
    " FROM json_each(:cash)",
    "postgresql": "SELECT value->>0 AS key, CAST(value->>1 AS BIGINT) AS minor"
    " FROM jsonb_array_elements(CAST(:cash AS JSONB)) AS one(value)",
}


class Owed(NamedTuple):
    """What is aged: invoices of these parts of the books, by their days, and unapplied cash."""

    day: date
    basis: Basis
    scopes: Sequence[Scope]
    cash: Sequence[AgedSum]


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
    kept = [one._replace(key="") for one in owed.cash]
    totals = aging_totals(aging_rows(kept, _rows(connection, owed)))
    known = [one.currency for one in totals]
    if not known:
        return LargestRows([], [])
    currency = page.currency if page.currency in known else known[0]
    cash = [one for one in owed.cash if one.currency == currency]
    told = json.dumps([(one.key, one.open_minor) for one in cash])
    ranked = _ranked(connection.dialect.name, owed, currency, page.after).limit(page.most)
    keys = set(connection.execute(ranked, {"cash": told}).scalars())
    found = _rows(connection, owed, "customer", sorted(keys))
    mine = aging_rows(
        (one for one in cash if one.key in keys), (one for one in found if one.currency == currency)
    )
    return LargestRows(totals, sorted(mine, key=lambda row: (-row.total, row.key)))


def _rows(
    connection: Connection, owed: Owed, by: By = "", of: Sequence[str] | None = None
) -> chain[AgingRow]:
    return chain.from_iterable(
        aged_rows(connection, owed.day, owed.basis, by, scope, of=of) for scope in owed.scopes
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
