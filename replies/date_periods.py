"""Rules for weekdays and periods: Friday next week, end of month, mid December."""

from __future__ import annotations

from datetime import date, timedelta

from replies.date_answer import Answer, Piece
from replies.date_arithmetic import (
    FRIDAY,
    date_or_none,
    day_in_month,
    end_of_month,
    end_of_quarter,
    weekday_after,
    weekday_of_next_week,
    weekday_on_or_after,
)

_SUNDAY = 6
_WEDNESDAY = 2
_TUESDAY = 1
_LAST_OF_BEGINNING, _MIDDLE, _LAST = 10, 15, 31
_DECEMBER = 12
# One week and two, as people count them with or without the day itself.
_DAYS_OF_WEEKS = frozenset({7, 8, 14, 15})


def weekday_next_week(piece: Piece) -> Answer:
    """Friday next week."""
    return Answer(weekday_of_next_week(piece.received_on, piece.number("ws")))


def weekday_this_week(piece: Piece) -> Answer:
    """Friday this week."""
    return Answer(weekday_on_or_after(piece.received_on, piece.number("ws")))


def weekday_in_a_week(piece: Piece) -> Answer | None:
    """A week on Friday, Friday in two weeks: so many weeks after the next Friday."""
    count = (piece.numbers("#") or [1])[0]
    is_in_days = piece.has("j") or not piece.has("Wv")
    if is_in_days and count not in _DAYS_OF_WEEKS:
        return None
    weeks = count // 7 if is_in_days else count
    return Answer(weekday_after(piece.received_on, piece.number("w")) + timedelta(weeks=weeks))


def weekday_next(piece: Piece) -> Answer:
    """Next Friday: of the following ISO week; many mean the coming one."""
    weekday = piece.number("ws")
    day = weekday_of_next_week(piece.received_on, weekday)
    coming = weekday_after(piece.received_on, weekday)
    return Answer(day, (coming,) if coming != day else ())


def weekday_coming(piece: Piece) -> Answer:
    """This coming Friday."""
    return Answer(weekday_after(piece.received_on, piece.number("ws")))


def weekday_this(piece: Piece) -> Answer:
    """This Friday: said on a Friday it is today."""
    return Answer(weekday_on_or_after(piece.received_on, piece.number("ws")))


def weekday_alone(piece: Piece) -> Answer:
    """Friday: the next one strictly after the day of receipt."""
    return Answer(weekday_after(piece.received_on, piece.number("ws")))


def end_of_day(piece: Piece) -> Answer:
    """The end of today, of tomorrow, of Friday: that day."""
    if piece.has("w"):
        return weekday_alone(piece)
    return Answer(
        piece.received_on + timedelta(days=1 if piece.has("A") else 2 if piece.has("Z") else 0)
    )


def weekday_of_month(piece: Piece) -> Answer | None:
    """The second Friday of next month, the last Friday of December."""
    first = _first_of_month(piece)
    last = day_in_month(first, 0, _LAST)
    if piece.has("L"):
        return Answer(weekday_on_or_after(last - timedelta(days=6), piece.number("w")))
    day = weekday_on_or_after(first, piece.number("w")) + timedelta(days=7 * piece.number("o") - 7)
    return Answer(day) if day <= last else None


def week_of_month(piece: Piece) -> Answer:
    """The first week of December: a range up to its seventh day."""
    first = _first_of_month(piece)
    return Answer(day_in_month(first, 0, 7 * piece.number("o")), is_range=True)


def _first_of_month(piece: Piece) -> date:
    received_on = piece.received_on
    if not piece.has("m"):
        return day_in_month(received_on, int(piece.has("NC")), 1)
    year = piece.numbers("y") or [received_on.year + (piece.number("m") < received_on.month)]
    return date(year[0], piece.number("m"), 1)


def part_of_period(piece: Piece) -> Answer | None:
    """The end, middle or beginning of a week, month, quarter or year.

    A week ends on Friday, a month on its last calendar day; the middle is Wednesday or the 15th; a
    beginning is a range up to Tuesday or the 10th.
    """
    is_next = piece.has("NC")
    if piece.has("m"):
        return _in_named_month(piece, _DAYS_OF_MONTH[_part(piece)])
    if piece.has("W"):
        return _in_week(piece, is_next=is_next)
    if piece.has("O"):
        return _in_month(piece, is_next=is_next)
    if not piece.has("EL"):
        return None
    if piece.has("Q"):
        named = piece.number("Q")
        ahead = (named - (piece.received_on.month + 2) // 3) % 4 if named else int(is_next)
        return Answer(end_of_quarter(piece.received_on, ahead))
    return Answer(date(piece.received_on.year + is_next, _DECEMBER, _LAST))


def named_end(piece: Piece) -> Answer:
    """Words for the end of a period: EOM, Monatsende, month-end."""
    received_on = piece.received_on
    days = {
        "week": weekday_on_or_after(received_on, FRIDAY),
        "month": end_of_month(received_on),
        "quarter": end_of_quarter(received_on),
        "year": date(received_on.year, _DECEMBER, _LAST),
        "after_weekend": weekday_after(received_on, 0),
        "week_start": weekday_of_next_week(received_on, _TUESDAY),
        "mid_week": weekday_after(received_on, _WEDNESDAY),
        "mid_month": _on_or_later_month(received_on, _MIDDLE),
        "next_month_start": day_in_month(received_on, 1, _LAST_OF_BEGINNING),
    }
    name = next(token.value for token in piece.tokens if token.sign == "e")
    return Answer(days[str(name)], is_range=str(name).endswith("start"))


def next_week(piece: Piece) -> Answer:
    """Next week: a range up to its Friday."""
    return Answer(weekday_of_next_week(piece.received_on, FRIDAY), is_range=True)


def this_week(piece: Piece) -> Answer:
    """This week: a range up to Friday; at the weekend people mean the coming one."""
    return Answer(weekday_on_or_after(piece.received_on, FRIDAY), is_range=True)


def whole_month(piece: Piece) -> Answer:
    """This or next month: a range up to its last day; `some time next month` is vague."""
    if piece.before.endswith("V") or piece.after.startswith("V"):
        return Answer(None, reason="vague")
    return Answer(end_of_month(piece.received_on, int(piece.has("NC"))), is_range=True)


def this_period(piece: Piece) -> Answer:
    """In the course of the week or month: up to its end."""
    if piece.has("W"):
        return this_week(piece)
    return Answer(end_of_month(piece.received_on), is_range=True)


def weekend(piece: Piece) -> Answer:
    """The weekend: a range up to Sunday."""
    if piece.has("N"):
        return Answer(weekday_of_next_week(piece.received_on, _SUNDAY), is_range=True)
    return Answer(weekday_on_or_after(piece.received_on, _SUNDAY), is_range=True)


def named_month(piece: Piece) -> Answer | None:
    """In December: a range up to its last day."""
    return _in_named_month(piece, _LAST)


def calendar_week(piece: Piece) -> Answer | None:
    """Calendar week 50: a range up to its Friday."""
    received_on = piece.received_on
    for year in (received_on.isocalendar().year, received_on.isocalendar().year + 1):
        try:
            day = date.fromisocalendar(year, piece.number("#"), FRIDAY + 1)
        except ValueError:
            continue
        if day >= received_on:
            return Answer(day, is_range=True)
    return None


_DAYS_OF_MONTH = {"B": _LAST_OF_BEGINNING, "M": _MIDDLE, "E": _LAST, "L": _LAST}
_DAYS_OF_WEEK = {"B": _TUESDAY, "M": _WEDNESDAY, "E": FRIDAY, "L": FRIDAY}


def _part(piece: Piece) -> str:
    return next(token.sign for token in piece.tokens if token.sign in "EBML")


def _in_week(piece: Piece, *, is_next: bool) -> Answer:
    part = _part(piece)
    weekday = _DAYS_OF_WEEK[part]
    if is_next:
        day = weekday_of_next_week(piece.received_on, weekday)
    elif part == "B":
        # The beginning of the week, said in the week: of the week to come.
        day = weekday_of_next_week(piece.received_on, weekday)
    else:
        day = weekday_on_or_after(piece.received_on, weekday)
    others = (day - timedelta(days=1), day + timedelta(days=1)) if part == "B" else ()
    return Answer(day, others, is_range=part == "B")


def _in_month(piece: Piece, *, is_next: bool) -> Answer:
    part = _part(piece)
    number = _DAYS_OF_MONTH[part]
    if is_next:
        day = day_in_month(piece.received_on, 1, number)
    else:
        day = _on_or_later_month(piece.received_on, number)
    return Answer(day, is_range=part == "B")


def _on_or_later_month(day: date, number: int) -> date:
    found = day_in_month(day, 0, number)
    return found if found >= day else day_in_month(day, 1, number)


def _in_named_month(piece: Piece, number: int) -> Answer | None:
    month, received_on = piece.number("m"), piece.received_on
    years = piece.numbers("y")
    first = date_or_none(years[0] if years else received_on.year, month, 1)
    if first is None:
        return None
    day = day_in_month(first, 0, number)
    if not years and day < received_on:
        day = day_in_month(first.replace(year=first.year + 1), 0, number)
    return Answer(day, is_range=number != _MIDDLE and not piece.has("E"))
