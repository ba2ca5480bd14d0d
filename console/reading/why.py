"""Why, as the desk shows it: one day's answer and what the days around it say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from activities.planning import Planner
from commands.why.answer import Answer
from commands.why.why import Whys
from console.reading.paging import DamagedLink
from ledger.books import Books

_AROUND = 3
_A_DAY = timedelta(days=1)
# Nobody plans so far ahead, and days beyond it cannot be counted on.
_FARTHEST = timedelta(days=3660)


@dataclass(frozen=True)
class Asked:
    """A day's answer, with those of the days around it, oldest first."""

    answer: Answer
    around: Sequence[Answer]
    today: date

    @property
    def before(self) -> date:
        """The day before."""
        return self.answer.on - _A_DAY

    @property
    def after(self) -> date:
        """The day after."""
        return self.answer.on + _A_DAY


def asked_day(text: str) -> date | None:
    """The day an address names. Raises DamagedLink when it is none."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DamagedLink("This link names no day; a day is written as 2026-03-31.") from None


def answer_on(
    books: Books, planner: Planner, invoice: str, on: date | None, now: datetime
) -> Asked:
    """The answer for a day, today without one. Raises UnknownInvoice and DamagedLink."""
    whys = Whys.of(books, planner, invoice, now)
    day = on or whys.today
    _check_near(day, whys.today)
    return Asked(whys.on(day), (), whys.today)


def answers_around(
    books: Books, planner: Planner, invoice: str, on: date | None, now: datetime
) -> Asked:
    """The answer for a day and for three days before and after it; raises the same."""
    whys = Whys.of(books, planner, invoice, now)
    day = on or whys.today
    _check_near(day, whys.today)
    around = [whys.on(day + timedelta(days=away)) for away in range(-_AROUND, _AROUND + 1)]
    return Asked(around[_AROUND], around, whys.today)


def _check_near(day: date, today: date) -> None:
    if abs(day - today) > _FARTHEST:
        raise DamagedLink("This day is more than ten years away; ask for a nearer one.")
