"""Where a case stands in its policy: what was done, what lies ahead, what is passed over."""

from __future__ import annotations

from datetime import datetime, timedelta

from dunning.approvals import approval_lapsed
from dunning.policy import CadenceStep, scheduled_by
from dunning.situation import Remark, Situation, answered_once
from dunning.ways import left_channel

# Asked for and not possible for a week: the person has to ask again.
REQUEST_LASTS = timedelta(days=7)


@answered_once
def pending(situation: Situation) -> tuple[list[CadenceStep], tuple[Remark, ...]]:
    """The steps still ahead, and why those are passed over whose time is gone."""
    done = _done(situation)
    ahead = [step for step in _not_spoken(situation) if step.id not in done]
    remarks: list[Remark] = []
    while ahead:
        remark = _passed_over(situation, ahead)
        if remark is None:
            break
        remarks.append(remark)
        ahead.pop(0)
    return ahead, tuple(remarks)


def first_pending_touch(situation: Situation) -> CadenceStep:
    """What a person's "send now" sends: the next touch, or the last one again."""
    ahead, _ = pending(situation)
    touches = [step for step in situation.policy.steps if step.action == "touch"]
    return next((step for step in ahead if step.action == "touch"), touches[-1])


def requested_at(situation: Situation) -> datetime | None:
    """When a person asked for the next touch, as long as that counts."""
    asked_at = situation.case.send_requested_at
    lasts = asked_at is not None and situation.now - asked_at <= REQUEST_LASTS
    return asked_at if lasts else None


def not_before(situation: Situation, step: str, since: datetime | None = None) -> datetime:
    """The moment a withheld or refused touch may be tried again; what came before `since` passes.

    A provider that refused for good is not asked again within a day.
    """
    case = situation.case
    withheld = case.latest_withheld(step)
    left = left_channel(situation, step)
    touches = [one for one in case.touches if one.step == step and one.channel != left]
    stops = [(touch.at, touch.again_at) for touch in touches]
    stops += [(withheld.at, withheld.until)] if withheld else []
    ends = [end for at, end in stops if end and (since is None or at >= since)]
    return max(situation.now, *ends) if ends else situation.now


def _done(situation: Situation) -> set[str]:
    """Steps that are over without a touch: handed to people, or passed over."""
    case = situation.case
    done = {one.step for one in case.withheld if one.passed_over}
    done |= {task.step for task in case.tasks if task.what != "approve"}
    return done | set(case.escalation.steps if case.escalation else ())


def _not_spoken(situation: Situation) -> list[CadenceStep]:
    """The steps after the last that was spoken: derived from what was done, never a counter.

    A letter that a person had sent early does not stand for the people's work before it.
    """
    case, steps, places = situation.case, situation.policy.steps, situation.policy.places
    if not case.touches:
        return list(steps)
    said = [places[touch.step] for touch in case.made if touch.step in places]
    # Under another policy than before, the level reached tells where to go on: it never falls.
    here = case.level in [steps[i].level for i in said]
    reached = case.level - 1 if here else case.level
    by_level = max([i for i, one in enumerate(steps) if 0 < one.level <= reached], default=-1)
    last = max([by_level, *said])
    return [
        step
        for i, step in enumerate(steps)
        if i > last or (i > by_level and step.action != "touch")
    ]


def _passed_over(situation: Situation, ahead: list[CadenceStep]) -> Remark | None:
    step = ahead[0]
    if step.action != "touch":
        return None
    if step.level == 0 and situation.today >= situation.case.due_date:
        return Remark(step.id, "EXPIRED", "the invoice is already due", passed_over=True)
    if _is_superseded(situation, step, ahead[1:]):
        return Remark(step.id, "SUPERSEDED", "a later step is due already", passed_over=True)
    if approval_lapsed(situation, step):
        why = "nobody approved it in the time the policy gives"
        return Remark(step.id, "NO_APPROVAL", why, passed_over=True)
    return None


def _is_superseded(situation: Situation, step: CadenceStep, later: list[CadenceStep]) -> bool:
    """Whether a later touch of the same channel is due and allowed by the level reached."""
    case, today, calendar = situation.case, situation.today, situation.calendar
    due = scheduled_by(later, today, case.due_date, calendar)
    same_way = [one for one in due if one.action == "touch" and one.channel == step.channel]
    return any(one.level <= max(step.level, case.level) for one in same_way)
