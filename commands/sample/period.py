"""The days the sample ledger plays on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

Direction: TypeAlias = Literal[1, -1]

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included."""

    first_day: date
    last_day: date

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.last_day - self.first_day).days + 1

    def day_at(self, share: float) -> date:
        """Name the day after this share of the period: 0 is the first day."""
        return self.first_day + timedelta(round(self.days * share))


def weekday(day: date, direction: Direction = 1) -> date:
    """Move a Saturday or Sunday to the next weekday, or back to the one before it with -1."""
    while day.weekday() >= _SATURDAY:
        day += timedelta(direction)
    return day


def later(day: date, days: int) -> date:
    """Name the first weekday that is at least so many days after the day."""
    return weekday(day + timedelta(days))
