"""The escalation ladder: what nobody does in time goes to the next role up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from dunning.dispute_steps import DISPUTE_WORK
from dunning.holdings import Task
from dunning.may import is_closed
from dunning.proposal import PLAN_APPROVAL
from dunning.replacing import replace
from dunning.situation import Plan, Situation, answered_once
from dunning.steps import CloseCase, Wait
from dunning.task_facts import TaskRaised

DUNCAN = "duncan"
# What has a time-out of its own, after which something else happens.
_OWN_TIME = ("approve", PLAN_APPROVAL, *DISPUTE_WORK)
_REACHED_NOBODY = "nobody was reached in {calls} calls"
_UNANSWERED = "the {role} did not do it in {days} business days"


def raised_tasks(situation: Situation) -> Iterator[TaskRaised]:
    """The open tasks whose role let its time pass, or called in vain, with the role they go to."""
    rules = situation.policy.escalation
    for task in _open_tasks(situation):
        role = rules.above(task.role)
        if role is None or task.what in _OWN_TIME:
            continue
        why = _why(situation, task)
        if why:
            yield TaskRaised(at=situation.now, by=DUNCAN, task=task.task, role=role, why=why)


def task_deadline(situation: Situation, task: Task) -> date | None:
    """The day on which the task's role stops being waited for; None for what waits otherwise."""
    if task.what in _OWN_TIME:
        return None
    days = situation.policy.escalation.wait_business_days
    since = situation.calendar.local_date(task.waits_since)
    return situation.calendar.business_days_after(since, days)


def next_look(situation: Situation) -> datetime | None:
    """When the first of the open tasks goes up the ladder, if it can."""
    rules, tasks = situation.policy.escalation, _open_tasks(situation)
    days = [task_deadline(situation, task) for task in tasks if rules.above(task.role) is not None]
    first = min(filter(None, days), default=None)
    return max(situation.now, situation.start_of(first)) if first else None


def woken_for_people(situation: Situation, plan: Plan) -> Plan:
    """The plan with a moment no later than people's own deadlines: then the case is looked at."""
    look, step = next_look(situation), plan.step
    if look is None or isinstance(step, CloseCase) or (step.at and step.at <= look):
        return plan
    if isinstance(step, Wait):
        return replace(plan, step=replace(step, at=look))
    why = f"{step.why}; until then people have work to do"
    return replace(plan, step=Wait(at=look, code="PEOPLE", why=why))


@answered_once
def _open_tasks(situation: Situation) -> list[Task]:
    case = situation.case
    if not case.tasks or is_closed(case):
        return []
    return list({task.task: task for task in case.tasks if not task.outcome}.values())


def _why(situation: Situation, task: Task) -> str:
    rules = situation.policy.escalation
    if len(task.calls) >= rules.calls:
        return _REACHED_NOBODY.format(calls=len(task.calls))
    deadline = task_deadline(situation, task)
    if deadline and situation.today >= deadline:
        return _UNANSWERED.format(role=task.role, days=rules.wait_business_days)
    return ""
