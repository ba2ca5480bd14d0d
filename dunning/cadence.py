"""Following the cadence: which of the policy's steps comes next, and on which day.

Steps come one by one in the policy's order. A step whose day has passed (late enrolment, pause,
cap) is caught up at the next opening; the ones after it keep the cadence's own spacing, at most
`days_between_levels`, so nothing ever comes in a burst and no level is skipped.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dunning.approvals import approval_asked, approval_deadline, approval_lapsed, needs_approval
from dunning.holdings import Touch
from dunning.holds import broken_promise, first_day_after_holds
from dunning.policy import CadenceStep, scheduled_by
from dunning.position import not_before, pending
from dunning.promises import held_until
from dunning.situation import Plan, Remark, Situation, answered_once
from dunning.steps import PROMISE_NOTE, AskAssociate, CloseCase, Escalate, SendTouch, Step, Wait
from dunning.ways import way_of

ONE_DAY = timedelta(days=1)
# An absence moves a message by so much at most.
AWAY_BUSINESS_DAYS = 3


@answered_once
def follow_cadence(situation: Situation) -> Plan:
    """The cadence's next step, with remarks on the steps it passes over or moves."""
    steps, passed_over = pending(situation)
    if not steps:
        why = "every step of the policy is done; people decide what happens next"
        return Plan(Wait(at=None, code="CADENCE_DONE", why=why), passed_over)
    day, remark = _planned_day(situation, steps[0])
    step = _as_step(situation, steps[0], day)
    moved = _moved(situation, remark, step)
    return Plan(step, (*passed_over, *moved, *_in_turn(situation, steps, step)))


def speak_or_ask(situation: Situation, step: CadenceStep, day: date, after: datetime) -> Step:
    """Send the touch at the customer's moment from `day` on, or ask for approval first."""
    spoken = situation.policy.spoken(step, situation.case.level)
    if needs_approval(situation, spoken) and situation.case.approved_at(step.id) is None:
        return _ask_for_approval(situation, step, day)
    channel = way_of(situation, step, spoken)
    window = situation.policy.windows[channel]
    instead = "" if channel == spoken.channel else f", because {spoken.channel} reaches nobody"
    return SendTouch(
        at=situation.calendar.next_opening(window, day, after, situation.slot),
        why=f"the letter {spoken.letter} (level {spoken.level}) by {channel}{instead}",
        step=step.id,
        channel=channel,
        letter=spoken.letter,
        level=spoken.level,
        to=spoken.to,
    )


def _planned_day(situation: Situation, step: CadenceStep) -> tuple[date, Remark | None]:
    """The first day the step may come, and what moved it from the day the policy names."""
    case, calendar = situation.case, situation.calendar
    scheduled = step.scheduled_on(case.due_date, calendar)
    enrolled = calendar.local_date(case.opened_at)
    moves = [(first_day_after_holds(situation), "HELD", "held before")]
    if scheduled < enrolled:
        tomorrow = calendar.business_days_after(enrolled, 1)
        moves.append((tomorrow, "ENROLLED_LATE", f"followed since {enrolled} only"))
    moves.append((_spaced(situation, step), "MIN_INTERVAL", "too close to the step before"))
    day, code, why = max(moves, key=lambda move: move[0])
    if calendar.on_or_after(day) > scheduled:
        return _unless_away(situation, step, day, Remark(step.id, code, why))
    if _follows_broken_promise(situation):
        return _unless_away(situation, step, day, None)
    return _unless_away(situation, step, scheduled, None)


def _follows_broken_promise(situation: Situation) -> bool:
    """Whether the step answers a broken promise, and so does not wait for its own day.

    Once reminded, a customer who breaks a promise hears from us within a business day, as soon as
    the distance between levels allows; what comes after keeps its day.
    """
    case = situation.case
    broken = broken_promise(situation) if case.promises else None
    if broken is None or case.level == 0 or situation.today <= case.due_date:
        return False
    since = situation.start_of(held_until(situation, broken))
    touched = (touch.at for touch in case.made if touch.level > 0)
    worked = (task.at for task in case.tasks if situation.policy.step(task.step))
    return all(at < since for at in (*touched, *worked))


def _unless_away(
    situation: Situation, step: CadenceStep, day: date, remark: Remark | None
) -> tuple[date, Remark | None]:
    """The day, or up to three business days later while whoever would be written to is away."""
    calendar, customer = situation.calendar, situation.customer
    if not customer.away:
        return day, remark
    first = calendar.on_or_after(day)
    spoken = situation.policy.spoken(step, situation.case.level)
    who = customer.contact_for(spoken.to, spoken.channel) if step.action == "touch" else None
    until = max((last for name, last in customer.away if who and name == who.contact), default=None)
    if until is None or until < first:
        return day, remark
    latest = calendar.business_days_after(first, AWAY_BUSINESS_DAYS)
    back = min(calendar.on_or_after(until + ONE_DAY), latest)
    return back, Remark(step.id, "AWAY", f"out of office until {until}")


def _spaced(situation: Situation, step: CadenceStep) -> date:
    """The day the step may come so that it keeps its distance from the one before it.

    A level always does; other steps only when the one before them came late.
    """
    case, policy, calendar = situation.case, situation.policy, situation.calendar
    moments = [touch.at for touch in case.made if _is_of_cadence(touch)]
    moments += [task.at for task in case.tasks if task.what != "approve" and policy.step(task.step)]
    if not moments:
        return case.issue_date
    last, index = calendar.local_date(max(moments)), policy.places[step.id]
    was_late = last > policy.steps[index - 1].scheduled_on(case.due_date, calendar)
    days = [case.issue_date, _earliest_rise(situation, step)]
    if was_late or step.level > case.level:
        days.append(last + timedelta(days=policy.gap_before(index)))
    return max(days)


def _is_of_cadence(touch: Touch) -> bool:
    """Neither the invoice itself nor a note about a promise."""
    return touch.step != "issue" and touch.letter != PROMISE_NOTE


def _earliest_rise(situation: Situation, step: CadenceStep) -> date:
    """The first day on which the tone may rise, whatever people did since the last reminder."""
    case = situation.case
    reminders = [touch.at for touch in case.made if touch.level > 0]
    if not reminders or step.level <= case.level:
        return case.issue_date
    days = timedelta(days=situation.policy.days_between_levels)
    return situation.calendar.local_date(max(reminders)) + days


def _as_step(situation: Situation, step: CadenceStep, day: date) -> Step:
    if step.action == "touch":
        return speak_or_ask(situation, step, day, not_before(situation, step.id))
    window = situation.policy.windows["email"]
    at = situation.calendar.next_opening(window, day, situation.now, slot=0.0)
    side = "before" if step.day < 0 else "after"
    why = f"{step.id}: the policy asks for it {abs(step.day)} days {side} the due date"
    if step.action == "task":
        return AskAssociate(at=at, why=why, step=step.id, what=step.what, role=step.to)
    return Escalate(at=at, why=why, step=step.id, role=step.to)


def _ask_for_approval(situation: Situation, step: CadenceStep, day: date) -> Step:
    asked = approval_asked(situation.case, step.id)
    if asked is None or approval_lapsed(situation, step):
        window = situation.policy.windows["email"]
        at = situation.calendar.next_opening(window, day, situation.now, slot=0.0)
        why = f"{step.id}: the policy wants a person to approve this letter"
        return AskAssociate(at=at, why=why, step=step.id, what="approve", role="ar_lead")
    deadline = approval_deadline(situation, situation.calendar.local_date(asked.at))
    if step.level == 0:
        # From the due date on it would be pointless, approved or not.
        deadline = min(deadline, situation.case.due_date)
    why = f"{step.id}: waiting for approval"
    return Wait(at=situation.start_of(deadline), code="NO_APPROVAL", why=why)


def _moved(situation: Situation, remark: Remark | None, step: Step) -> tuple[Remark, ...]:
    """The remark on a moved step, unless its delay has a recorded reason already."""
    if remark is None or isinstance(step, Wait) or situation.case.latest_withheld(remark.step):
        return ()
    return (remark,)


def _in_turn(situation: Situation, steps: list[CadenceStep], first: Step) -> tuple[Remark, ...]:
    """Steps whose day passes while an earlier one is still ahead: they come after it."""
    if isinstance(first, CloseCase) or first.at is None:
        return ()
    case, calendar = situation.case, situation.calendar
    until = calendar.local_date(first.at)
    passing = scheduled_by(steps[1:], until, case.due_date, calendar)
    unsaid = [one for one in passing if case.latest_withheld(one.id) is None]
    why = f"comes after {steps[0].id}, which is planned for {until}" if unsaid else ""
    return tuple(Remark(one.id, "IN_TURN", why) for one in unsaid)
