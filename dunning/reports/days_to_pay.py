"""How long money takes, and how often a promise is kept."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from dunning.reports.rounding import percent, rounded, share

MATURED = ("kept", "part_kept", "broken")


@dataclass(frozen=True)
class Receipt:
    """Money of one value date that was applied to invoices of one issue and due date."""

    currency: str
    issue_date: date
    due_date: date
    on: date
    minor: int


@dataclass(frozen=True)
class PromiseOutcome:
    """A promise whose outcome was recorded: `kept`, `part_kept`, `broken`, `void`, `withdrawn`."""

    currency: str
    minor: int
    outcome: str


def weighted_days_to_pay(receipts: Iterable[Receipt]) -> Decimal | None:
    """Σ(paid × days from invoice date to value date) ÷ Σ paid, of one currency; two decimals."""
    return _weighted((one.minor, (one.on - one.issue_date).days) for one in receipts)


def weighted_days_beyond_terms(receipts: Iterable[Receipt]) -> Decimal | None:
    """The same from the due date; money that came early counts negative, it is not cut at 0."""
    return _weighted((one.minor, (one.on - one.due_date).days) for one in receipts)


def kept_by_count(promises: Sequence[PromiseOutcome]) -> Decimal | None:
    """Kept ÷ matured promises in per cent; void and withdrawn ones never matured."""
    matured = [one for one in promises if one.outcome in MATURED]
    return percent(sum(one.outcome == "kept" for one in matured), len(matured))


def kept_by_value(promises: Sequence[PromiseOutcome]) -> Decimal | None:
    """The same by promised amount; the promises are of one currency."""
    matured = [one for one in promises if one.outcome in MATURED]
    kept = sum(one.minor for one in matured if one.outcome == "kept")
    return percent(kept, sum(one.minor for one in matured))


def middle(numbers: Iterable[int]) -> float | None:
    """The median; None of nothing."""
    found = list(numbers)
    return median(found) if found else None


def ninetieth(numbers: Iterable[int]) -> int | None:
    """The 90th percentile by nearest rank; None of nothing."""
    found = sorted(numbers)
    return found[math.ceil(len(found) * 9 / 10) - 1] if found else None


def _weighted(parts: Iterable[tuple[int, int]]) -> Decimal | None:
    listed = list(parts)
    found = share(sum(minor * days for minor, days in listed), sum(minor for minor, _ in listed))
    return None if found is None else rounded(found)
