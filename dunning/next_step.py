"""What comes next for one invoice. The first reason that applies wins."""

from __future__ import annotations

from datetime import date, datetime

from dunning.cadence import follow_cadence, speak_or_ask
from dunning.conditions import POLICY_WAVE
from dunning.distribution import ISSUE, is_given_up
from dunning.holds import first_day_after_holds, hold_of, holds_of
from dunning.policy import CadenceStep
from dunning.position import (
    REQUEST_LASTS,
    first_pending_touch,
    not_before,
    pending,
    requested_at,
)
from dunning.promises import broken_in_a_row, courtesy_note
from dunning.replacing import replace
from dunning.situation import Plan, Remark, Situation, answered_once
from dunning.steps import AskAssociate, CloseCase, Escalate, SendInvoice, SendTouch, Step, Wait


@answered_once
def plan(situation: Situation) -> Plan:
    """The next step of the case, with the reasons for steps whose day passes without them."""
    return _unless_stopped(
        situation,
        _close_if_over(situation)
        or _respect_hold(situation)
        or _send_undistributed_invoice(situation)
        or _escalate_broken_promises(situation)
        or _send_on_request(situation)
        or follow_cadence(situation),
    )


def _unless_stopped(situation: Situation, planned: Plan) -> Plan:
    """A message that is due waits while its channel, or everything, is stopped, and says so."""
    step = planned.step
    if not isinstance(step, SendTouch | SendInvoice) or step.at > situation.now:
        return planned
    stop = situation.conditions.against(step.channel)
    wait = Wait(at=None, code=stop.code, why=stop.why) if stop else _wave(situation, step)
    if wait is None:
        return planned
    if _already_said(situation, step.step, wait):
        return Plan(wait, planned.remarks)
    return Plan(wait, (*planned.remarks, Remark(step.step, wait.code, wait.why)))


def _wave(situation: Situation, step: SendTouch | SendInvoice) -> Wait | None:
    """What only a new version makes due waits for the customer's wave; the rest goes on."""
    later = situation.later
    if later is None or situation.now >= later.opens or not isinstance(step, SendTouch):
        return None
    before = plan(replace(situation, policy=later.before, later=None)).step
    if step.requested or _would_have_come(before, step, situation.now):
        return None
    why = "a new version of the policies newly contacts this customer in a later wave"
    return Wait(at=later.opens, code=POLICY_WAVE, why=why)


def _would_have_come(before: Step, step: SendTouch, now: datetime) -> bool:
    """Whether the version before would send the same step now as well."""
    return isinstance(before, SendTouch) and before.at <= now and before.step == step.step


def _close_if_over(situation: Situation) -> Plan | None:
    case = situation.case
    if case.is_settled:
        return Plan(CloseCase(code="SETTLED", why=case.settled_by))
    if case.written_off:
        return Plan(CloseCase(code="WRITTEN_OFF", why=f"written off: {case.written_off.reason}"))
    if case.handed_over:
        return Plan(CloseCase(code="HANDED_OVER", why=f"handed over to {case.handed_over.to}"))
    return None


def _send_undistributed_invoice(situation: Situation) -> Plan | None:
    case = situation.case
    if case.distributed or is_given_up(case):
        return None
    window, day = situation.policy.windows["email"], first_day_after_holds(situation)
    after = not_before(situation, ISSUE)
    at = situation.calendar.next_opening(window, day, after, situation.slot)
    return Plan(SendInvoice(at=at, why="the invoice was issued and nobody has sent it yet"))


def _respect_hold(situation: Situation) -> Plan | None:
    hold = hold_of(situation)
    if hold is None:
        return None
    steps, passed_over = pending(situation)
    first = _before_promised_day(situation, hold) or hold
    return Plan(first, (*passed_over, *_said_of(situation, steps, hold)))


def _before_promised_day(situation: Situation, hold: Wait) -> SendTouch | Wait | None:
    """The note before the promised day; while something else holds as well, looked at its end."""
    others = [one.at for one in holds_of(situation) if one.code != "PROMISE"]
    note = courtesy_note(situation)
    if note is None or not others:
        return note
    ends = [at for at in others if at is not None and at <= note.at]
    return replace(hold, at=max(ends)) if len(ends) == len(others) else None


def _said_of(situation: Situation, steps: list[CadenceStep], wait: Wait) -> tuple[Remark, ...]:
    """Every step whose day falls into the hold gets the hold as its recorded reason."""
    case, calendar = situation.case, situation.calendar
    end = calendar.local_date(wait.at) if wait.at else date.max
    return tuple(
        Remark(step.id, wait.code, wait.why)
        for step in steps
        if step.scheduled_on(case.due_date, calendar) < end
        and not _already_said(situation, step.id, wait)
    )


def _already_said(situation: Situation, step_id: str, wait: Wait) -> bool:
    said = situation.case.latest_withheld(step_id)
    return said is not None and (said.code, said.why) == (wait.code, wait.why)


def _escalate_broken_promises(situation: Situation) -> Plan | None:
    """As many broken promises in a row as the policy takes are the next role's affair, once."""
    case, policy, calendar = situation.case, situation.policy, situation.calendar
    if not case.promises:
        return None
    broken = broken_in_a_row(situation)
    step = f"broken_promises:{len(case.promises)}"
    role = policy.escalation.above(policy.escalation.ladder[0])
    if broken < policy.promise.max_in_a_row or role is None or case.task_for(step, "escalation"):
        return None
    at = calendar.next_opening(policy.windows["email"], situation.today, situation.now, slot=0.0)
    why = f"{broken} promises in a row were broken"
    by_cadence, (ahead, _) = follow_cadence(situation), pending(situation)
    waiting = (
        Remark(one.id, "IN_TURN", f"comes after the escalation: {why}")
        for one in ahead[:1]
        if one.scheduled_on(case.due_date, calendar) <= calendar.local_date(at)
        and case.latest_withheld(one.id) is None
        and all(one.id != remark.step for remark in by_cadence.remarks)
    )
    remarks = (*by_cadence.remarks, *waiting)
    return Plan(Escalate(at=at, why=why, step=step, role=role), remarks)


def _send_on_request(situation: Situation) -> Plan | None:
    """A person asked for the next touch now: the cadence's own day and spacing do not count."""
    asked_at = requested_at(situation)
    if asked_at is None:
        return None
    step = first_pending_touch(situation)
    after = not_before(situation, step.id, asked_at)
    planned = speak_or_ask(situation, step, situation.today, after)
    by_cadence = follow_cadence(situation)
    if _delays_people(planned, by_cadence.step):
        return by_cadence
    if isinstance(planned, SendTouch):
        if planned.at - asked_at > REQUEST_LASTS:
            return by_cadence
        why = "a person asked for it to be sent now"
        planned = replace(planned, requested=True, why=why)
    remarks = tuple(remark for remark in by_cadence.remarks if remark.step != step.id)
    return Plan(planned, remarks)


def _delays_people(planned: Step, by_cadence: Step) -> bool:
    """Whether the cadence has work for people before what was asked for is possible."""
    if isinstance(planned, CloseCase) or planned.at is None:
        return False
    return isinstance(by_cadence, AskAssociate | Escalate) and by_cadence.at <= planned.at
