"""Waiting: the business days that passed over a step's scheduled day, and what excuses them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from dunning.audit.channel_grounds import AWAY
from dunning.audit.excuses import excuse, is_excused
from dunning.audit.life import Place
from dunning.audit.outcomes import Outcome
from dunning.audit.silence import excusing
from dunning.audit.view import View

ONE_DAY = timedelta(days=1)
# So many business days a step waits for somebody who is out of office.
AWAY_DAYS = 3
# The steps before one: when each was scheduled, and how it ended.
Before = Mapping[int, tuple[date, Outcome | None]]


@dataclass(slots=True)
class Waited:
    """The business days that nothing excuses, and the codes of what excused others."""

    late: int = 0
    codes: list[str] = field(default_factory=list)


def waited_for(view: View, place: Place, first: date, end: date, before: Before) -> Waited:
    """Business days from the scheduled one up to, not including, the end, and their excuses."""
    waited, calendar = Waited(), view.calendar
    if first <= view.life.enrolled < end:
        waited.codes.append("ENROLLED_LATE")
        first = view.life.enrolled + ONE_DAY
    silences = [one for one in view.silences if one.first < end and first <= one.last]
    turns = _turns(place, first, before)
    day = first
    while day < end:
        held = excusing(silences, day)
        if held:
            waited.codes.append(held.code)
            day = min(held.last, end)
        elif calendar.is_business_day(day):
            _judge_day(view, place, day, waited, turns)
        day += ONE_DAY
    return waited


def _is_excused_again(
    view: View, place: Place, day: date, waited: Waited, turns: list[tuple[date, date]]
) -> bool:
    """Whether one more ground excuses the day; which one matters only where some wear out."""
    if not waited.codes or view.known.away:
        return False
    return bool(_in_turn(turns, day)) or is_excused(view, place, day)


def _judge_day(
    view: View, place: Place, day: date, waited: Waited, turns: list[tuple[date, date]]
) -> None:
    if _is_excused_again(view, place, day, waited, turns):
        return
    code = excuse(view, place, day) or _in_turn(turns, day)
    if code == AWAY and waited.codes.count(AWAY) >= AWAY_DAYS:
        code = ""
    if code:
        waited.codes.append(code)
    else:
        waited.late += 1


def _turns(place: Place, first: date, before: Before) -> list[tuple[date, date]]:
    """From when until when earlier steps were due and not over yet, as far as that concerns us."""
    return [
        (scheduled, outcome.day if outcome else date.max)
        for index, (scheduled, outcome) in before.items()
        if index < place.index and (outcome is None or outcome.day >= first)
    ]


def _in_turn(turns: list[tuple[date, date]], day: date) -> str:
    """Steps come one by one: an earlier one that is due and not over yet goes first."""
    return "IN_TURN" if any(due <= day <= over for due, over in turns) else ""
