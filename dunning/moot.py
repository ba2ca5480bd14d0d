"""Tasks that time or money has settled: nobody needs to do them any more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dunning.dispute_work import moot_dispute_tasks
from dunning.holdings import Task
from dunning.may import is_closed
from dunning.position import first_pending_touch, pending, requested_at
from dunning.situation import Situation


class Moot(NamedTuple):
    """A task and the outcome it gets by itself."""

    task: Task
    outcome: str


def moot_tasks(situation: Situation) -> Iterator[Moot]:
    """The open tasks of a case that ended, of disputes that moved on, and past approvals."""
    case = situation.case
    # Several steps may have asked for the same task.
    open_tasks = {task.task: task for task in case.tasks if not task.outcome}.values()
    if is_closed(case):
        yield from (Moot(task, "case closed") for task in open_tasks)
        return
    yield from (Moot(task, outcome) for task, outcome in moot_dispute_tasks(case))
    ahead = {step.id for step in pending(situation)[0]}
    if requested_at(situation):
        ahead.add(first_pending_touch(situation).id)
    for task in open_tasks:
        if task.what == "approve" and task.step not in ahead:
            yield Moot(task, "lapsed")
