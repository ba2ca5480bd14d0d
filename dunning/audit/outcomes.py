"""How a step ended: carried out, passed over with a reason, or skipped without one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from dunning import touch_facts
from dunning.audit.life import Life, Made, Term
from dunning.audit.view import View
from dunning.policy import CadenceStep


@dataclass(slots=True)
class Outcome:
    """How a step ended: on which day, carried out or passed over, and why."""

    day: date
    how: Literal["done", "passed", "skipped", "gone"]
    code: str = ""
    withheld: touch_facts.TouchWithheld | None = None


def outcome_of(
    view: View, step: CadenceStep, index: int, indices: dict[str, int]
) -> Outcome | None:
    """How the step ended: its first touch, task or reason; else a later one that skipped it."""
    found = [passed(view, step)]
    if step.action == "touch":
        found.append(touched(view.life, step, index, indices))
    else:
        found.append(_worked(view, step))
    ends = [one for one in found if one]
    first = min(ends, key=lambda one: one.day) if ends else None
    skipped = _skipped(view.life, step, index, indices)
    return first if first or not skipped else skipped


def touched(life: Life, step: CadenceStep, index: int, indices: dict[str, int]) -> Outcome | None:
    """How a step ended by its own touch, if it did."""
    for made in life.touches:
        if made.fact.step != step.id:
            continue
        if made.counts:
            return Outcome(made.day, "done")
        if _overtaken(life, made, index, indices):
            return Outcome(made.day, "done", "BOUNCED")
    return None


def _overtaken(life: Life, made: Made, index: int, indices: dict[str, int]) -> bool:
    """Whether a later step was spoken before it was known that this one did not arrive."""
    return any(
        indices.get(one.fact.step, -1) > index
        and made.settled_at is not None
        and made.fact.at < one.fact.at < made.settled_at
        for one in life.touches
    )


def _worked(view: View, step: CadenceStep) -> Outcome | None:
    days = [
        view.calendar.local_date(one.at)
        for one in view.life.work
        if one.step == step.id and one.what != "approve"
    ]
    days += [view.calendar.local_date(e.at) for e in view.life.escalations if e.step == step.id]
    return Outcome(min(days), "done") if days else None


def passed(view: View, step: CadenceStep) -> Outcome | None:
    """How a step ended by a recorded reason, if it did."""
    for one in view.life.withheld:
        if one.step == step.id and one.passed_over:
            return Outcome(view.calendar.local_date(one.at), "passed", one.code, one)
    return None


def _skipped(life: Life, step: CadenceStep, index: int, indices: dict[str, int]) -> Outcome | None:
    """A later step was spoken without a word about this one."""
    for made in life.touches:
        if indices.get(made.fact.step, -1) <= index:
            continue
        if step.action == "touch" or (made.requested and made.fact.level > step.level):
            if made.requested:
                return Outcome(made.day, "gone", "REQUESTED")
            return Outcome(made.day, "skipped", "SKIPPED")
    return None


def under_new_policy(
    view: View, step: CadenceStep, term: Term, outcome: Outcome | None
) -> Outcome | None:
    """How a step of a new policy ended before the case came under it."""
    if _reached_before(view, step, term):
        return Outcome(term.since, "gone", "POLICY_CHANGED")
    return outcome and Outcome(outcome.day, "gone", "POLICY_CHANGED")


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
