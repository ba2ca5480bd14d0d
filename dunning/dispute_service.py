"""The service level of a dispute: what happens to it next, and when. It asks no clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dunning.case import Case
from dunning.dispute import Dispute
from dunning.dispute_steps import (
    AskApproval,
    AssignOwner,
    CloseDispute,
    DisputeStep,
    DueStep,
    EndDispute,
    EscalateDispute,
    ReleaseDispute,
    RemindOwner,
    TakeBack,
    step_of_dispute,
)
from dunning.may import is_closed
from dunning.situation import Situation

ONE_DAY = timedelta(days=1)


def next_dispute_step(situation: Situation, dispute: Dispute) -> DisputeStep:
    """What happens to the dispute next; the first reason that applies wins."""
    if is_closed(situation.case):
        return _overtaken(situation, dispute)
    if not dispute.is_open:
        return _after_outcome(situation, dispute)
    if not dispute.owner:
        role = situation.policy.dispute.owner_of(dispute.reason)
        why = f"disputes about {dispute.reason.replace('_', ' ')} belong to {role}"
        return AssignOwner(at=situation.now, why=why, role=role)
    if dispute.undecided:
        return _decision(situation, dispute)
    if dispute.waiting_on == "customer":
        return _customers_turn(situation, dispute)
    return _owners_turn(situation, dispute)


def grace_end(situation: Situation, dispute: Dispute) -> date:
    """The last day of grace after the dispute's outcome."""
    assert dispute.resolved_at is not None, "only a resolved dispute has days of grace"
    resolved = situation.calendar.local_date(dispute.resolved_at)
    return resolved + timedelta(days=situation.policy.dispute.grace_days)


def owners_deadline(situation: Situation, dispute: Dispute, days: int) -> date:
    """The day on which the owner has had so many business days; the customer's do not count."""
    calendar = situation.calendar
    since, used, on = calendar.local_date(dispute.at), 0, "owner"
    for at, turn in dispute.turns:
        day = calendar.local_date(at)
        if on == "owner":
            used += calendar.business_days_between(since, day)
        since, on = day, turn
    return calendar.business_days_after(since, max(0, days - used))


def _overtaken(situation: Situation, dispute: Dispute) -> DisputeStep:
    outcome, why = _end_of(situation.case)
    if dispute.is_open:
        return EndDispute(at=situation.now, why=why, outcome=outcome)
    return CloseDispute(code=dispute.outcome.upper(), why=why)


def _end_of(case: Case) -> tuple[str, str]:
    if case.is_settled:
        return "settled", f"the invoice is {case.settled_by}"
    if case.written_off:
        return "written_off", "the invoice was written off"
    return "handed_over", "the claim was handed over"


def _after_outcome(situation: Situation, dispute: Dispute) -> DisputeStep:
    if not dispute.has_grace:
        return CloseDispute(code=dispute.outcome.upper(), why=f"resolved: {dispute.outcome}")
    last = grace_end(situation, dispute)
    why = f"{dispute.outcome}; the customer has until {last} to pay"
    return ReleaseDispute(at=_start(situation, last + ONE_DAY), why=why)


def _decision(situation: Situation, dispute: Dispute) -> DisputeStep:
    """Somebody has to approve the credit: ask, then escalate, then keep reminding."""
    proposal, rules = dispute.undecided, situation.policy.dispute
    assert proposal is not None, "only an undecided credit waits for a decision"
    asked = situation.case.task_for(step_of_dispute(dispute.dispute), "credit_approval")
    if asked is None or asked.at < proposal.at:
        why = f"{proposal.by} proposes a credit of {proposal.amount}"
        return AskApproval(at=situation.now, why=why, role=proposal.role)
    if any(at >= proposal.at for at, _ in dispute.escalated):
        return _repeated(situation, dispute)
    days = rules.approve_business_days
    asked_on = situation.calendar.local_date(proposal.at)
    at = _start(situation, situation.calendar.business_days_after(asked_on, days))
    why = f"nobody decided on the credit of {proposal.amount} in {days} business days"
    return EscalateDispute(at=at, why=why, role=rules.escalate_to)


def _customers_turn(situation: Situation, dispute: Dispute) -> TakeBack:
    days = situation.policy.dispute.customer_business_days
    asked_on = situation.calendar.local_date(dispute.turns[-1][0])
    at = _start(situation, situation.calendar.business_days_after(asked_on, days))
    why = f"the customer did not answer in {days} business days; decide on what is known"
    return TakeBack(at=at, why=why, role=dispute.owner)


def _owners_turn(situation: Situation, dispute: Dispute) -> DueStep:
    if dispute.escalated:
        return _repeated(situation, dispute)
    rules = situation.policy.dispute
    days = rules.resolve_business_days
    at = _start(situation, owners_deadline(situation, dispute, days))
    why = f"not resolved in {days} business days"
    escalate = EscalateDispute(at=at, why=why, role=rules.escalate_to)
    # All that is due has the same moment, and of those the first is taken: the strongest word.
    steps: list[DueStep] = [escalate, *_reminders(situation, dispute)]
    return min(steps, key=lambda step: step.at)


def _reminders(situation: Situation, dispute: Dispute) -> list[RemindOwner]:
    rules = situation.policy.dispute
    days, left = rules.acknowledge_business_days, rules.remind_business_days
    wanted = [(rules.resolve_business_days - left, f"{left} business days are left to resolve it")]
    if dispute.acknowledged_at is None:
        wanted.append((days, f"nobody acknowledged it in {days} business days"))
    steps = []
    for count, why in wanted:
        day = owners_deadline(situation, dispute, count)
        if not any(situation.calendar.local_date(at) >= day for at, _ in dispute.reminded):
            steps.append(RemindOwner(at=_start(situation, day), why=why, role=dispute.owner))
    return steps


def _repeated(situation: Situation, dispute: Dispute) -> RemindOwner:
    """Who it was escalated to is reminded until somebody ends it."""
    calendar, days = situation.calendar, situation.policy.dispute.repeat_business_days
    last = max(at for at, _ in (*dispute.escalated, *dispute.reminded))
    day = calendar.business_days_after(calendar.local_date(last), days)
    why = f"still open; raised on {calendar.local_date(dispute.at)}"
    return RemindOwner(at=_start(situation, day), why=why, role=dispute.escalated[-1][1])


def _start(situation: Situation, day: date) -> datetime:
    return max(situation.now, situation.start_of(day))
