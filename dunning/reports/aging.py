"""Aging: what is open at the end of a day, by age; currencies stand apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from operator import add
from typing import NamedTuple

from dunning.money import Money
from dunning.reports.buckets import BUCKETS

UNAPPLIED = "unapplied"
_KEYS = [one.key for one in BUCKETS]


class AgedSum(NamedTuple):
    """Open amounts of one key, currency and bucket, in minor units; `disputed` is part of them.

    The bucket is `unapplied` for what we owe the customer: it is negative then.
    """

    key: str
    currency: str
    bucket: str
    open_minor: int
    disputed_minor: int = 0
    invoices: int = 0


class AgingRow(NamedTuple):
    """One key in one currency, in minor units: the sums of the buckets + unapplied = total.

    `unapplied` is what we hold of the customer: cash that settles nothing, invoices paid or
    credited too much. It is not more than 0 and is never netted inside a bucket.
    """

    key: str
    currency: str
    sums: tuple[int, ...] = (0,) * len(_KEYS)
    unapplied: int = 0
    disputed: int = 0
    invoices: int = 0

    @property
    def buckets(self) -> dict[str, int]:
        """The sums by the key of their bucket, in the order of age."""
        return dict(zip(_KEYS, self.sums, strict=True))

    @property
    def total(self) -> int:
        """What the key owes in all."""
        return sum(self.sums) + self.unapplied

    @property
    def gross(self) -> int:
        """What is open before anything unapplied is taken off."""
        return sum(self.sums)

    @property
    def past_due(self) -> int:
        """What is open past its due date."""
        return sum(self.sums[1:])

    def money(self, minor: int) -> Money:
        """Minor units of this row as money."""
        return Money(minor, self.currency)


_NOTHING = AgingRow("", "")


def aging_rows(sums: Iterable[AgedSum], parts: Iterable[AgingRow] = ()) -> list[AgingRow]:
    """A row for each key and currency, in their order: sums and parts of rows added up.

    What was settled makes no row.
    """
    rows: list[AgingRow] = []
    last = _NOTHING
    # There may be a row for each of a million customers: to put them in order takes less than to
    # look each up, as most come in order.
    for part in sorted(chain(parts, map(_row_of, sums))):
        if part.key == last.key and part.currency == last.currency and rows:
            last = rows[-1] = _together(last, part)
        else:
            rows.append(part)
            last = part
    return [row for row in rows if row[2:] != _NOTHING[2:]]


def aging_totals(rows: Iterable[AgingRow]) -> list[AgingRow]:
    """The rows' total in each currency; their key is `total`."""
    by_currency: dict[str, list[AgingRow]] = {}
    for row in rows:
        by_currency.setdefault(row.currency, []).append(row)
    return [_added_up("total", one, by_currency[one]) for one in sorted(by_currency)]


def _row_of(one: AgedSum) -> AgingRow:
    sums = tuple(one.open_minor if key == one.bucket else 0 for key in _KEYS)
    unapplied = one.open_minor if one.bucket == UNAPPLIED else 0
    return AgingRow(one.key, one.currency, sums, unapplied, one.disputed_minor, one.invoices)


def _together(one: AgingRow, other: AgingRow) -> AgingRow:
    key, currency, sums, *minors = one
    more = map(add, minors, other[3:])
    return AgingRow(key, currency, tuple(map(add, sums, other.sums)), *more)


def _added_up(key: str, currency: str, rows: Sequence[AgingRow]) -> AgingRow:
    # Column by column: there may be a row for each of a million customers.
    return AgingRow(
        key,
        currency,
        tuple(map(sum, zip(*(row.sums for row in rows), strict=True))),
        sum(row.unapplied for row in rows),
        sum(row.disputed for row in rows),
        sum(row.invoices for row in rows),
    )
