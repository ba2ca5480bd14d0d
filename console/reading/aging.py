"""Aging for the desk: what is open per currency, by days overdue. Currencies are never summed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from console.reading.paging import DamagedLink
from dunning.money import Money
from dunning.reports.buckets import BUCKETS, Bucket, bucket_of


@dataclass(frozen=True)
class Part:
    """What of a currency is in one bucket; the bar's `start` and `width` are in thousandths."""

    bucket: Bucket
    amount: Money
    invoices: int
    start: int
    width: int


@dataclass(frozen=True)
class Aging:
    """One currency's open amounts, bucket by bucket."""

    total: Money
    invoices: int
    parts: tuple[Part, ...]


def bucket(key: str) -> Bucket:
    """The bucket of this key. Raises DamagedLink."""
    found = next((one for one in BUCKETS if one.key == key), None)
    if found is None:
        raise DamagedLink(f"There is no age {key!r}.")
    return found


def aging(rows: Iterable[tuple[str, date, int, int]], today: date) -> list[Aging]:
    """Age rows of currency, due date, open minor units and number of invoices."""
    sums: dict[str, dict[str, tuple[int, int]]] = {}
    for currency, due_date, minor, count in rows:
        key = bucket_of((today - due_date).days).key
        aged = sums.setdefault(currency, {})
        before = aged.get(key, (0, 0))
        # SUM of a bigint is a Decimal on PostgreSQL.
        aged[key] = (before[0] + int(minor), before[1] + int(count))
    return [_aging(currency, aged) for currency, aged in sorted(sums.items())]


def _aging(currency: str, aged: dict[str, tuple[int, int]]) -> Aging:
    total = sum(minor for minor, _ in aged.values())
    invoices = sum(count for _, count in aged.values())
    parts: list[Part] = []
    passed = 0
    for one in BUCKETS:
        minor, count = aged.get(one.key, (0, 0))
        start, end = _thousandths(passed, total), _thousandths(passed + minor, total)
        parts.append(Part(one, Money(minor, currency), count, start, end - start))
        passed += minor
    return Aging(Money(total, currency), invoices, tuple(parts))


def _thousandths(minor: int, total: int) -> int:
    return round(1000 * minor / total) if total else 0
