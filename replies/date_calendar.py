"""Rules for days of the calendar: the 5th, 5 December, 5.12., next month's 5th."""

from __future__ import annotations

from datetime import date

from replies.date_answer import INVALID, Answer, Piece
from replies.date_arithmetic import (
    date_or_none,
    day_in_month,
    next_date,
    next_day_of_month,
    weekday_after,
)

_MOST_DAYS = 31
_MOST_MONTHS = 12
_FURTHEST_DAYS = 120
_YEAR_FIRST = 1000


def day_and_month(piece: Piece) -> Answer | None:
    """5 December, December 5th, Friday 5 December 2026."""
    return _of_month(piece, piece.number("#o"))


def day_before_its_month(piece: Piece) -> Answer | None:
    """The 5th in `the 5th and 20th of December`: its month stands behind the later number."""
    return _dated(piece, _later_month(piece), piece.number("#o"), None)


def last_of_two_days(piece: Piece) -> Answer | None:
    """5 to 10 December: a range means its last day."""
    found = _of_month(piece, piece.number("#o", -1))
    return found and Answer(found.day, is_range=True, reason=found.reason)


def numeric(piece: Piece) -> Answer | None:
    """2026-12-05, 05.12.26, 5/12: day and month in the sender's order."""
    written = next(token.value for token in piece.tokens if token.sign in "d~")
    assert isinstance(written, tuple), "a numeric date has its numbers"
    if piece.has("~") and written[1] > _MOST_MONTHS:
        return None
    return _checked_weekday(piece, _in_order(piece, written))


def hyphened(piece: Piece) -> Answer | None:
    """`op 15-12`: only where both numbers can be a day and a month."""
    first, second = piece.numbers("#")
    if first > _MOST_DAYS or second > _MOST_MONTHS:
        return None
    return _in_order(piece, (first, second))


def day_alone(piece: Piece) -> Answer | None:
    """The 5th: the next such day."""
    number = piece.number("#o")
    if number > _MOST_DAYS:
        return None
    day = next_day_of_month(piece.received_on, number)
    if day == piece.received_on:
        later = next_day_of_month(day_in_month(day, 1, 1), number)
        return Answer(day, (later,) if later else ())
    return Answer(day)


def day_of_next_month(piece: Piece) -> Answer | None:
    """The 5th of next month."""
    return _day_later(piece, 1)


def day_of_this_month(piece: Piece) -> Answer | None:
    """The 5th of this month, or of the month: the next such day."""
    return _day_later(piece, 0) if piece.has("T") else day_alone(piece)


def weekday_and_day(piece: Piece) -> Answer | None:
    """Friday the 5th: the next day with this number, doubtful when it is another weekday."""
    number = piece.number("#o")
    if number > _MOST_DAYS:
        return None
    day = next_day_of_month(piece.received_on, number)
    return _checked_weekday(piece, Answer(day))


def _of_month(piece: Piece, number: int) -> Answer | None:
    signs = "".join(token.sign for token in piece.tokens)
    years = piece.numbers("#")[-1:] if signs.endswith("m-#") else piece.numbers("y")
    return _dated(piece, piece.number("m", -1), number, years[0] if years else None)


def _dated(piece: Piece, month: int, number: int, year: int | None) -> Answer | None:
    if number > _MOST_DAYS:
        return None
    if year is not None:
        day = date_or_none(year, month, number)
    else:
        day = next_date(piece.received_on, month, number)
    return _checked_weekday(piece, Answer(day)) if day else INVALID


def _later_month(piece: Piece) -> int:
    assert piece.month_behind, "the rule looked for it"
    return piece.month_behind


def _day_later(piece: Piece, months: int) -> Answer | None:
    number = piece.number("#o")
    if number > _MOST_DAYS:
        return None
    return Answer(day_in_month(piece.received_on, months, number))


def _in_order(piece: Piece, written: tuple[int, ...]) -> Answer:
    if written[0] >= _YEAR_FIRST:
        day = date_or_none(*written)
        return Answer(day) if day else INVALID
    first, second, *year = written
    day_first = _either(piece.received_on, second, first, year)
    month_first = _either(piece.received_on, first, second, year)
    if day_first is None or month_first is None or first == second:
        only = day_first or month_first
        return Answer(only) if only else INVALID
    if piece.is_month_first is not None:
        return Answer(month_first if piece.is_month_first else day_first)
    return _undecided(piece.received_on, day_first, month_first)


def _undecided(received_on: date, day_first: date, month_first: date) -> Answer:
    """Nobody knows the order: one reading may be out of the question, else a person must look."""
    likely = [
        day for day in (day_first, month_first) if 0 <= (day - received_on).days <= _FURTHEST_DAYS
    ]
    if len(likely) == 1:
        return Answer(likely[0])
    return Answer(day_first, (month_first,), is_ambiguous=bool(likely))


def _either(received_on: date, month: int, number: int, year: list[int]) -> date | None:
    if month > _MOST_MONTHS:
        return None
    if year:
        return date_or_none(year[0], month, number)
    return next_date(received_on, month, number)


def _checked_weekday(piece: Piece, found: Answer) -> Answer:
    if found.day is None or not piece.has("ws"):
        return found
    weekday = piece.number("ws")
    if found.day.weekday() == weekday:
        return found
    return Answer(found.day, (weekday_after(piece.received_on, weekday),), is_ambiguous=True)
