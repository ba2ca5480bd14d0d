"""Rules for days counted from today: tomorrow, in two weeks, within five working days."""

from __future__ import annotations

import re
from datetime import date, timedelta

from replies.date_answer import TERMS, Answer, Piece
from replies.date_arithmetic import months_after, working_days_after

_HOURS_A_DAY = 24
_DAYS_A_WEEK = 7
# Counted from an invoice, a receipt or a delivery, or standing among payment terms.
_FROM_ELSEWHERE = re.compile(r"[ft]?a|[tf]{1,2}i|pi|f?x?z|z")
_TERMS_BEFORE = re.compile(r"z[tfpxIu]{0,2}$")


def today(piece: Piece) -> Answer:
    """Today, or any part of it."""
    return Answer(piece.received_on)


def tomorrow(piece: Piece) -> Answer:
    """Tomorrow, or any part of it."""
    return Answer(piece.received_on + timedelta(days=1))


def day_after_tomorrow(piece: Piece) -> Answer:
    """The day after tomorrow."""
    return Answer(piece.received_on + timedelta(days=2))


def close_of_business(piece: Piece) -> Answer:
    """The end of the day without a day: today, unless a day stands next to it."""
    return Answer(piece.received_on, is_closing=True)


def next_working_day(piece: Piece) -> Answer:
    """The next working day."""
    return Answer(working_days_after(piece.received_on, 1))


def counted(piece: Piece) -> Answer:
    """So many days, weeks or months from today; a range of them means the greater."""
    if _FROM_ELSEWHERE.match(piece.after) or _TERMS_BEFORE.search(piece.before):
        return TERMS
    counts = piece.numbers("#1") or [1]
    count = max(value or 1 for value in counts)
    return Answer(_later(piece, count), is_range=len(counts) > 1)


def fortnight(piece: Piece) -> Answer:
    """In a fortnight, sous quinzaine (15 days), sous huitaine (8)."""
    return Answer(piece.received_on + timedelta(days=piece.number("F")))


def hours(piece: Piece) -> Answer:
    """Within 48 hours."""
    return Answer(piece.received_on + timedelta(days=_days(piece.number("&"))))


def terms(_: Piece) -> Answer:
    """Payment terms, such as 30 days net, promise nothing."""
    return TERMS


def _later(piece: Piece, count: int) -> date:
    received_on = piece.received_on
    if piece.has("Kk"):
        weeks = _DAYS_A_WEEK - 2 if piece.has("Wv") else 1
        return working_days_after(received_on, count * weeks)
    if piece.has("On"):
        return months_after(received_on, count)
    if piece.has("h"):
        return received_on + timedelta(days=_days(count))
    if piece.has("Wv"):
        return received_on + timedelta(days=count * _DAYS_A_WEEK)
    if piece.has("F"):
        return received_on + timedelta(days=count * piece.number("F"))
    return received_on + timedelta(days=count)


def _days(hours_count: int) -> int:
    return -(-hours_count // _HOURS_A_DAY) if hours_count >= _HOURS_A_DAY else 0
