"""Expected steps: every step of the policy in force, compared with what was done about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from dunning import touch_facts
from dunning.audit.excuses import AWAY, ISSUE, Place, excuse
from dunning.audit.life import Life, Made, Term
from dunning.audit.view import View
from dunning.policy import CadenceStep

Status = Literal["on_time", "late", "explained", "missed", "skipped", "ahead"]
ONE_DAY = timedelta(days=1)
# A touch on the next business day is on time still.
TOLERATED = 1
CLOSED = ("PAID", "WRITTEN_OFF", "HANDED_OVER")
# So many business days a step waits for somebody who is out of office.
AWAY_DAYS = 3
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


@dataclass(slots=True)
class _Outcome:
    """How a step ended: on which day, carried out or passed over, and why."""

    day: date
    how: Literal["done", "passed", "skipped", "gone"]
    code: str = ""
    withheld: touch_facts.TouchWithheld | None = None


@dataclass(slots=True)
class _Waited:
    """Days that passed over a step's scheduled day."""

    late: int = 0
    codes: list[str] = field(default_factory=list)


def judge(view: View) -> Iterator[Judged]:
    """Every step that was to be expected up to today, with what became of it."""
    life = view.life
    if not life.opened.distributed:
        yield from _issue(view)
    seen: set[str] = set()
    for number, term in enumerate(life.terms):
        until = life.terms[number + 1].since if number + 1 < len(life.terms) else view.today
        yield from _of_term(view, term, until, seen, changed=number > 0)


def _issue(view: View) -> Iterator[Judged]:
    life = view.life
    term = life.terms[0]
    day = view.calendar.on_or_after(max(life.enrolled, life.opened.issue_date))
    outcome = _touched(life, _SENT_BY_DUNCAN, -1, {}) or _passed(view, _SENT_BY_DUNCAN)
    place = Place(_SENT_BY_DUNCAN, -1, term)
    yield from _judged(view, place, day, outcome, view.today, {})


def _of_term(
    view: View, term: Term, until: date, seen: set[str], *, changed: bool
) -> Iterator[Judged]:
    """The steps that came up, or were still ahead, while one policy and due date were in force."""
    scheduled: dict[int, tuple[date, _Outcome | None]] = {}
    indices = {step.id: index for index, step in enumerate(term.policy.steps)}
    for index, step in enumerate(term.policy.steps):
        day = step.scheduled_on(term.due, view.calendar)
        outcome = _outcome(view, step, index, indices)
        if changed and (outcome is None or outcome.how == "skipped"):
            outcome = _under_new_policy(view, step, term, outcome)
        over = outcome is not None and outcome.day < term.since
        if not over and step.id not in seen:
            if day <= until or (outcome and outcome.day <= until):
                place = Place(step, index, term)
                found = list(_judged(view, place, day, outcome, until, scheduled))
                ended = until < view.today and not (outcome and outcome.day < until)
                if not ended or any(one.status in ("missed", "late") for one in found):
                    seen.add(step.id)
                    yield from found
        scheduled[index] = (day, outcome)


def _judged(  # noqa: PLR0913, PLR0917 - a step, its day, its end and its neighbours
    view: View,
    place: Place,
    day: date,
    outcome: _Outcome | None,
    until: date,
    before: dict[int, tuple[date, _Outcome | None]],
) -> Iterator[Judged]:
    step, term = place.step, place.term
    end = min(outcome.day, until) if outcome else until
    waited = _waited(view, place, max(day, term.since), end, before)
    code = waited.codes[0] if waited.codes else ""
    judged = Judged(step, day, "on_time", term, code=code, late=waited.late)
    if outcome is None and _was_over(view, day):
        judged.status = "ahead"
    elif outcome is None:
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
    yield judged


def _was_over(view: View, day: date) -> bool:
    """Nothing is expected of a case from the day on which it closed."""
    return any(one.code in CLOSED and one.on(day) for one in view.silences)


def _waited(
    view: View,
    place: Place,
    first: date,
    end: date,
    before: dict[int, tuple[date, _Outcome | None]],
) -> _Waited:
    """Business days from the scheduled one up to, not including, the end, and their excuses."""
    waited, calendar = _Waited(), view.calendar
    if first <= view.life.enrolled < end:
        waited.codes.append("ENROLLED_LATE")
        first = view.life.enrolled + ONE_DAY
    day = first
    while day < end:
        if calendar.is_business_day(day):
            code = excuse(view, place, day) or _in_turn(place, day, before)
            if code == AWAY and waited.codes.count(AWAY) >= AWAY_DAYS:
                code = ""
            if code:
                waited.codes.append(code)
            else:
                waited.late += 1
        day += ONE_DAY
    return waited


def _in_turn(place: Place, day: date, before: dict[int, tuple[date, _Outcome | None]]) -> str:
    """Steps come one by one: an earlier one that is due and not over yet goes first."""
    for index, (scheduled, outcome) in before.items():
        if index < place.index and scheduled <= day and (outcome is None or outcome.day >= day):
            return "IN_TURN"
    return ""


def _outcome(view: View, step: CadenceStep, index: int, indices: dict[str, int]) -> _Outcome | None:
    found = [_passed(view, step)]
    if step.action == "touch":
        found.append(_touched(view.life, step, index, indices))
    else:
        found.append(_worked(view, step))
    ends = [one for one in found if one]
    first = min(ends, key=lambda one: one.day) if ends else None
    skipped = _skipped(view.life, step, index, indices)
    return first if first or not skipped else skipped


def _touched(life: Life, step: CadenceStep, index: int, indices: dict[str, int]) -> _Outcome | None:
    for made in life.touches:
        if made.fact.step != step.id:
            continue
        if made.counts:
            return _Outcome(made.day, "done")
        if _overtaken(life, made, index, indices):
            return _Outcome(made.day, "done", "BOUNCED")
    return None


def _overtaken(life: Life, made: Made, index: int, indices: dict[str, int]) -> bool:
    """Whether a later step was spoken before it was known that this one did not arrive."""
    return any(
        indices.get(one.fact.step, -1) > index
        and made.settled_at is not None
        and made.fact.at < one.fact.at < made.settled_at
        for one in life.touches
    )


def _worked(view: View, step: CadenceStep) -> _Outcome | None:
    days = [
        view.calendar.local_date(one.at)
        for one in view.life.work
        if one.step == step.id and one.what != "approve"
    ]
    days += [view.calendar.local_date(e.at) for e in view.life.escalations if e.step == step.id]
    return _Outcome(min(days), "done") if days else None


def _passed(view: View, step: CadenceStep) -> _Outcome | None:
    for one in view.life.withheld:
        if one.step == step.id and one.passed_over:
            return _Outcome(view.calendar.local_date(one.at), "passed", one.code, one)
    return None


def _skipped(life: Life, step: CadenceStep, index: int, indices: dict[str, int]) -> _Outcome | None:
    """A later step was spoken without a word about this one."""
    for made in life.touches:
        if indices.get(made.fact.step, -1) <= index:
            continue
        if step.action == "touch" or (made.requested and made.fact.level > step.level):
            if made.requested:
                return _Outcome(made.day, "gone", "REQUESTED")
            return _Outcome(made.day, "skipped", "SKIPPED")
    return None


def _under_new_policy(
    view: View, step: CadenceStep, term: Term, outcome: _Outcome | None
) -> _Outcome | None:
    if _reached_before(view, step, term):
        return _Outcome(term.since, "gone", "POLICY_CHANGED")
    return outcome and _Outcome(outcome.day, "gone", "POLICY_CHANGED")


def _reached_before(view: View, step: CadenceStep, term: Term) -> bool:
    """A case that never did a step of its new policy goes on from the level it reached."""
    done = [one for one in view.life.touches if one.counts and one.day <= term.since]
    level = max((one.fact.level for one in done), default=0)
    steps = term.policy.steps
    spoken = {one.fact.step for one in done}
    here = any(one.id in spoken and one.level == level for one in steps)
    reached = level - 1 if here else level
    last = max((i for i, one in enumerate(steps) if 0 < one.level <= reached), default=-1)
    return steps.index(step) <= last
