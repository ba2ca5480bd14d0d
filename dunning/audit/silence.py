"""Excused intervals: since when and until when nobody was to be written to, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dunning.business_days import BusinessCalendar

MIDNIGHT, ONE_DAY = time(0), timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Silence:
    """From the fact at `since` up to, not including, `end` (None: still going on)."""

    code: str
    since: datetime
    end: datetime | None
    # Its first and last day where the customer lives.
    first: date
    last: date

    def at(self, moment: datetime) -> bool:
        """Whether it was known and lasting at the moment."""
        return self.since < moment and (self.end is None or moment < self.end)

    def on(self, day: date) -> bool:
        """Whether it excuses the day: that on which it ends is excused as well."""
        return self.first <= day <= self.last


def silence(
    code: str, since: datetime, end: datetime | None, calendar: BusinessCalendar
) -> Silence | None:
    """The interval, or None when it is empty."""
    if end is not None and end <= since:
        return None
    last = date.max if end is None else calendar.local_date(end - _INSTANT)
    return Silence(code, since, end, calendar.local_date(since), last)


def end_of(day: date, calendar: BusinessCalendar) -> datetime:
    """The first moment after the day, where the customer lives."""
    return calendar.moment(day + ONE_DAY, MIDNIGHT)


def earlier(*ends: datetime | None) -> datetime | None:
    """The earliest of these ends; None when there is none."""
    return min((end for end in ends if end is not None), default=None)


def excusing(silences: Iterable[Silence], day: date) -> Silence | None:
    """The first of them that excuses the day."""
    return next((one for one in silences if one.on(day)), None)
