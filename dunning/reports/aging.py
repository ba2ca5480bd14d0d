"""Aging: what is open at the end of a day, by age; currencies stand apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
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


@dataclass
class AgingRow:
    """One key in one currency, in minor units: buckets + unapplied = total.

    `unapplied` is what we hold of the customer: cash that settles nothing, invoices paid or
    credited too much. It is not more than 0 and is never netted inside a bucket.
    """

    key: str
    currency: str
    buckets: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_KEYS, 0))
    unapplied: int = 0
    disputed: int = 0
    invoices: int = 0

    @property
    def total(self) -> int:
        """What the key owes in all."""
        return sum(self.buckets.values()) + self.unapplied

    @property
    def gross(self) -> int:
        """What is open before anything unapplied is taken off."""
        return sum(self.buckets.values())

    @property
    def past_due(self) -> int:
        """What is open past its due date."""
        return self.gross - self.buckets["current"]

    def money(self, minor: int) -> Money:
        """Minor units of this row as money."""
        return Money(minor, self.currency)

    def add(self, one: AgedSum) -> None:
        """Count a sum in."""
        if one.bucket == UNAPPLIED:
            self.unapplied += one.open_minor
        else:
            self.buckets[one.bucket] += one.open_minor
        self.disputed += one.disputed_minor
        self.invoices += one.invoices


def aging_rows(sums: Iterable[AgedSum]) -> list[AgingRow]:
    """A row for each key and currency, in their order."""
    rows: dict[tuple[str, str], AgingRow] = {}
    for one in sums:
        place = (one.key, one.currency)
        row = rows.get(place)
        if row is None:
            row = rows[place] = AgingRow(*place)
        row.add(one)
    return [rows[place] for place in sorted(rows)]


def aging_totals(rows: Iterable[AgingRow]) -> list[AgingRow]:
    """The rows' total in each currency; their key is `total`."""
    totals: dict[str, AgingRow] = {}
    for row in rows:
        total = totals.setdefault(row.currency, AgingRow("total", row.currency))
        for key, minor in row.buckets.items():
            total.buckets[key] += minor
        total.unapplied += row.unapplied
        total.disputed += row.disputed
        total.invoices += row.invoices
    return [totals[currency] for currency in sorted(totals)]
