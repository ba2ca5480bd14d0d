"""Expected steps: every step of the policy in force, compared with what was done about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from dunning import touch_facts
from dunning.audit.account import Period
from dunning.audit.excuses import ISSUE
from dunning.audit.life import Place, Term
from dunning.audit.outcomes import Outcome, outcome_of, passed, touched, under_new_policy
from dunning.audit.view import View
from dunning.audit.waiting import waited_for
from dunning.policy import CadenceStep

Status = Literal["on_time", "late", "explained", "missed", "skipped", "ahead"]
ONE_DAY = timedelta(days=1)
LATE = ("late", "missed")
# A touch on the next business day is on time still.
TOLERATED = 1
CLOSED = ("PAID", "WRITTEN_OFF", "HANDED_OVER")
_SENT_BY_DUNCAN = CadenceStep(ISSUE, "touch", 0, 0, channel="email", letter="invoice")


@dataclass(slots=True)
class Judged:
    """An expected step: when it was scheduled, what became of it, and why it came late.

    `late` are the business days that nothing excuses.
    """

    step: CadenceStep
    scheduled: date
    status: Status
    term: Term
    done: date | None = None
    code: str = ""
    late: int = 0
    withheld: touch_facts.TouchWithheld | None = None


def judge(view: View, period: Period) -> Iterator[Judged]:
    """Every step that the policy names for a day of the period, with what became of it."""
    life = view.life
    issued = view.calendar.on_or_after(max(life.enrolled, life.opened.issue_date))
    if not life.opened.distributed and period.has(issued):
        yield _issue(view, issued)
    seen: set[str] = set()
    for number, term in enumerate(life.terms):
        until = life.terms[number + 1].since if number + 1 < len(life.terms) else view.today
        for judged in _of_term(view, term, until, period, changed=number > 0):
            if judged.step.id not in seen:
                seen.add(judged.step.id)
                yield judged


def _issue(view: View, day: date) -> Judged:
    outcome = touched(view.life, _SENT_BY_DUNCAN, -1, {}) or passed(view, _SENT_BY_DUNCAN)
    place = Place(_SENT_BY_DUNCAN, -1, view.life.terms[0])
    return _judged(view, place, day, outcome, view.today, {})


def _of_term(
    view: View, term: Term, until: date, period: Period, *, changed: bool
) -> Iterator[Judged]:
    """The steps that came up, or were still ahead, while one policy and due date were in force."""
    scheduled: dict[int, tuple[date, Outcome | None]] = {}
    indices = {step.id: index for index, step in enumerate(term.policy.steps)}
    for index, step in enumerate(term.policy.steps):
        day = step.scheduled_on(term.due, view.calendar)
        outcome = outcome_of(view, step, index, indices)
        if changed and (outcome is None or outcome.how == "skipped"):
            outcome = under_new_policy(view, step, term, outcome)
        if period.has(day) and _came_up(view, day, outcome, term, until):
            judged = _judged(view, Place(step, index, term), day, outcome, until, scheduled)
            # What was still ahead when other terms came is judged by those.
            if until == view.today or _ended(outcome, until) or judged.status in LATE:
                yield judged
        scheduled[index] = (day, outcome)


def _judged(  # noqa: PLR0913, PLR0917 - a step, its day, its end and its neighbours
    view: View,
    place: Place,
    day: date,
    outcome: Outcome | None,
    until: date,
    before: dict[int, tuple[date, Outcome | None]],
) -> Judged:
    step, term = place.step, place.term
    end = min(outcome.day, until) if outcome else until
    waited = waited_for(view, place, max(day, term.since), end, before)
    code = waited.codes[0] if waited.codes else ""
    judged = Judged(step, day, "on_time", term, code=code, late=waited.late)
    if outcome is None:
        if waited.late <= TOLERATED:
            judged.status = "explained" if code and day < until else "ahead"
        else:
            judged.status = "missed"
    elif outcome.how == "done":
        judged.done = outcome.day
        late = waited.late > TOLERATED
        judged.status = "late" if late else "explained" if code else "on_time"
    elif waited.late > TOLERATED:
        judged.status = "missed"
    else:
        judged.status = "skipped" if outcome.how == "skipped" else "explained"
        judged.code, judged.withheld = outcome.code, outcome.withheld
    return judged


def _came_up(view: View, day: date, outcome: Outcome | None, term: Term, until: date) -> bool:
    """Whether the step was to be expected, or ended, while the term was in force."""
    if outcome is None:
        return day <= until and not _was_over(view, day)
    return term.since <= outcome.day and min(day, outcome.day) <= until


def _ended(outcome: Outcome | None, until: date) -> bool:
    return outcome is not None and outcome.day < until


def _was_over(view: View, day: date) -> bool:
    """Nothing is expected of a case from the day on which it closed."""
    return any(one.code in CLOSED and one.on(day) for one in view.silences)
