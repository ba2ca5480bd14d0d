"""The work of disputes: the facts that steps which have come due bring about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import reduce
from typing import NamedTuple, assert_never

from dunning.case import Case
from dunning.dispute import Dispute
from dunning.dispute_facts import (
    DisputeAssigned,
    DisputeEscalated,
    DisputeReleased,
    DisputeReminded,
    DisputeResolved,
    DisputeWaiting,
)
from dunning.dispute_service import next_dispute_step
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
    dispute_of_step,
    step_of_dispute,
)
from dunning.facts import InvoiceFact, TaskOpened
from dunning.folding import apply
from dunning.holdings import Task
from dunning.replacing import replace
from dunning.situation import Situation

DUNCAN = "duncan"
# What is due at one moment is one word and perhaps its reminder; beyond it goes round in circles.
_MOST_AT_ONCE = 5


_WORK = {
    "assign_owner": "dispute",
    "take_back": "dispute",
    "remind_owner": "dispute_reminder",
    "escalate_dispute": "dispute_escalation",
    "ask_approval": "credit_approval",
}


class Work(NamedTuple):
    """What a role is asked for about a dispute."""

    dispute: str
    what: str
    role: str
    why: str


def dispute_steps(situation: Situation) -> list[tuple[Dispute, DisputeStep]]:
    """Every dispute of the case with what happens to it next."""
    return [(one, next_dispute_step(situation, one)) for one in situation.case.disputes]


def due_dispute_work(situation: Situation) -> list[InvoiceFact]:
    """What the steps of the disputes that are due make facts: reminders, releases and so on."""
    found: list[InvoiceFact] = []
    for dispute in situation.case.disputes:
        for _ in range(_MOST_AT_ONCE):
            case = reduce(apply, found, situation.case)
            now = replace(situation, case=case)
            mine = next(one for one in case.disputes if one.dispute == dispute.dispute)
            step = next_dispute_step(now, mine)
            if isinstance(step, CloseDispute) or step.at > situation.now:
                break
            found += _carried_out(now, mine, step)
        else:
            raise AssertionError(f"dispute {dispute.dispute} goes round in circles")
    return found


def moot_dispute_tasks(case: Case) -> Iterator[tuple[Task, str]]:
    """The open tasks about disputes that nobody needs to do any more, with their outcome."""
    disputes = {one.dispute: one for one in case.disputes}
    for task in {task.task: task for task in case.tasks if not task.outcome}.values():
        dispute = disputes.get(dispute_of_step(task.step))
        outcome = _moot(task, dispute) if dispute else ""
        if outcome:
            yield task, outcome


def _moot(task: Task, dispute: Dispute) -> str:
    if not dispute.is_open:
        return dispute.outcome
    if task.what == "credit_approval":
        return "" if dispute.undecided else "decided"
    if task.what == "dispute_escalation":
        return ""
    if dispute.waiting_on == "customer":
        return "waits for the customer"
    answerable = {dispute.owner, *(role for _, role in dispute.escalated)}
    return "" if task.role in answerable else f"given to {dispute.owner}"


def dispute_task(case: Case, work: Work, at: datetime, by: str) -> TaskOpened:
    """The task that asks a role to do something about a dispute."""
    step = step_of_dispute(work.dispute)
    before = sum((task.step, task.what) == (step, work.what) for task in case.tasks)
    task = f"{work.dispute}:{work.what}:{before + 1}"
    return TaskOpened(
        at=at, by=by, task=task, what=work.what, role=work.role, why=work.why, step=step
    )


def _carried_out(situation: Situation, dispute: Dispute, step: DueStep) -> list[InvoiceFact]:
    return [*_said(situation, dispute, step), *_asked(situation, dispute, step)]


def _said(  # noqa: PLR0911 - one line a step
    situation: Situation, dispute: Dispute, step: DueStep
) -> list[InvoiceFact]:
    """What the step says about the dispute."""
    at, name = situation.now, dispute.dispute
    match step:
        case AssignOwner():
            return [DisputeAssigned(at=at, by=DUNCAN, dispute=name, owner=step.role, why=step.why)]
        case RemindOwner():
            return [DisputeReminded(at=at, by=DUNCAN, dispute=name, owner=step.role, why=step.why)]
        case EscalateDispute():
            return [DisputeEscalated(at=at, by=DUNCAN, dispute=name, role=step.role, why=step.why)]
        case TakeBack():
            return [DisputeWaiting(at=at, by=DUNCAN, dispute=name, on="owner", note=step.why)]
        case EndDispute():
            ended = step.outcome
            return [DisputeResolved(at=at, by=DUNCAN, dispute=name, outcome=ended, note=step.why)]
        case ReleaseDispute():
            return [
                DisputeReleased(at=at, by=DUNCAN, dispute=name, why="the days of grace are over")
            ]
        case AskApproval():
            return []
        case _:
            assert_never(step)


def _asked(situation: Situation, dispute: Dispute, step: DueStep) -> list[InvoiceFact]:
    """The task the step opens; who still has the last reminder as a task gets no second one."""
    if isinstance(step, EndDispute | ReleaseDispute):
        return []
    what = _WORK[step.kind]
    last = situation.case.task_for(step_of_dispute(dispute.dispute), what)
    has_it = last is not None and not last.outcome and last.role == step.role
    if isinstance(step, RemindOwner) and has_it:
        return []
    work = Work(dispute.dispute, what, step.role, step.why)
    return [dispute_task(situation.case, work, situation.now, DUNCAN)]
