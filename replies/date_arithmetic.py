"""Days reckoned from a day: weekdays, ends of periods, days of the month."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

FRIDAY = 4
SATURDAY = 5
_MONTHS_IN_A_YEAR = 12
_MONTHS_IN_A_QUARTER = 3
_MOST_MONTHS_SEARCHED = 4


def weekday_after(day: date, weekday: int) -> date:
    """The next such weekday (Monday is 0) strictly after the day."""
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def weekday_on_or_after(day: date, weekday: int) -> date:
    """The next such weekday, the day itself included."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def weekday_of_next_week(day: date, weekday: int) -> date:
    """That weekday in the ISO week after the day's own."""
    return day + timedelta(days=7 + weekday - day.weekday())


def end_of_month(day: date, months_later: int = 0) -> date:
    """The last calendar day of the month, or of one so many months later."""
    return day_in_month(day, months_later, 31)


def day_in_month(day: date, months_later: int, number: int) -> date:
    """That day of the month so many months later, or its last day where it is shorter."""
    year, month = _month_later(day, months_later)
    return date(year, month, min(number, monthrange(year, month)[1]))


def months_after(day: date, count: int) -> date:
    """The same day of the month so many months later, or the month's last."""
    return day_in_month(day, count, day.day)


def next_day_of_month(day: date, number: int) -> date | None:
    """The next day with this number, the day itself included; None when there is no such day."""
    for later in range(_MOST_MONTHS_SEARCHED):
        year, month = _month_later(day, later)
        if not 1 <= number <= monthrange(year, month)[1]:
            continue
        found = date(year, month, number)
        if found >= day:
            return found
    return None


def next_date(day: date, month: int, number: int) -> date | None:
    """The next such date, the day itself included; None where no calendar has it.

    A February 29th is looked for in the coming year only.
    """
    for year in (day.year, day.year + 1):
        found = date_or_none(year, month, number)
        if found is not None and found >= day:
            return found
    return None


def date_or_none(year: int, month: int, number: int) -> date | None:
    """A date from its three numbers (a year of two digits is this century's), None when wrong."""
    full_year = year if year > 99 else 2000 + year  # noqa: PLR2004  # Two digits end at 99.
    try:
        return date(full_year, month, number)
    except ValueError:
        return None


def end_of_quarter(day: date, quarters_later: int = 0) -> date:
    """The last day of the calendar quarter, or of one so many quarters later."""
    to_end = (_MONTHS_IN_A_QUARTER - day.month) % _MONTHS_IN_A_QUARTER
    return end_of_month(day, to_end + quarters_later * _MONTHS_IN_A_QUARTER)


def working_days_after(day: date, count: int) -> date:
    """So many days from Monday to Friday after the day; holidays are not known here."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day


def _month_later(day: date, count: int) -> tuple[int, int]:
    months = day.year * _MONTHS_IN_A_YEAR + day.month - 1 + count
    return months // _MONTHS_IN_A_YEAR, months % _MONTHS_IN_A_YEAR + 1
