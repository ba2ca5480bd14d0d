"""Aging buckets: by days past the due date, or by days since the invoice date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Basis = Literal["due", "invoice"]


@dataclass(frozen=True)
class Bucket:
    """An age, in calendar days: from `first` to `last`, both included; None is without end."""

    key: str
    label: str
    first: int | None
    last: int | None

    def holds(self, days: int) -> bool:
        """Whether an invoice of that age belongs here."""
        after = self.first is None or days >= self.first
        return after and (self.last is None or days <= self.last)

    def due_between(self, today: date) -> tuple[date | None, date | None]:
        """The latest and the earliest date of what belongs here today."""
        latest = today - timedelta(days=self.first) if self.first is not None else None
        earliest = today - timedelta(days=self.last) if self.last is not None else None
        return latest, earliest


# Due today is current; "90+" begins on day 91.
BUCKETS = (
    Bucket("current", "Not due", None, 0),
    Bucket("1-30", "1–30", 1, 30),
    Bucket("31-60", "31–60", 31, 60),
    Bucket("61-90", "61–90", 61, 90),
    Bucket("90+", "over 90", 91, None),
)
# By invoice date nothing is "current": the youngest bucket holds the ages from 0 to 30.
AGES = (Bucket("1-30", "0–30", None, 30), *BUCKETS[2:])


def buckets_by(basis: Basis) -> Sequence[Bucket]:
    """The buckets of a basis; their keys are the same, so that columns are."""
    return BUCKETS if basis == "due" else AGES


def bucket_of(days: int, buckets: Sequence[Bucket] = BUCKETS) -> Bucket:
    """The bucket an age in days belongs to."""
    return next(one for one in buckets if one.holds(days))
