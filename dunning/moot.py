"""Tasks that time or money has settled: nobody needs to do them any more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dunning.dispute_work import moot_dispute_tasks
from dunning.holdings import Task
from dunning.may import is_closed
from dunning.position import first_pending_touch, pending, requested_at
from dunning.proposal import Proposal
from dunning.proposal_facts import ProposalDecided
from dunning.situation import Situation

DUNCAN = "duncan"


class Moot(NamedTuple):
    """A task and the outcome it gets by itself."""

    task: Task
    outcome: str


def lapsed_proposals(situation: Situation) -> Iterator[ProposalDecided]:
    """Proposals that nobody decided and that nothing is left of."""
    for one in situation.case.proposals:
        if not one.outcome and one not in _undecided(situation):
            yield ProposalDecided(at=situation.now, by=DUNCAN, what=one.what, outcome="lapsed")


def moot_tasks(situation: Situation) -> Iterator[Moot]:
    """The open tasks of a case that ended, of disputes that moved on, and past approvals."""
    case = situation.case
    if not case.tasks:
        return
    # Several steps may have asked for the same task.
    open_tasks = {task.task: task for task in case.tasks if not task.outcome}.values()
    if not open_tasks:
        return
    if is_closed(case):
        # A credit on a closed invoice may still be decided on, and paid back.
        kept = {one.adjustment for one in case.asked if one.waits}
        over = (task for task in open_tasks if task.task.removesuffix(":pay") not in kept)
        yield from (Moot(task, "case closed") for task in over)
        return
    if case.disputes:
        yield from (Moot(task, outcome) for task, outcome in moot_dispute_tasks(case))
    if case.proposals:
        decided = {one.task for one in case.proposals} - {one.task for one in _undecided(situation)}
        yield from (Moot(task, "lapsed") for task in open_tasks if task.what in decided)
    yield from (Moot(task, "done") for task in open_tasks if _is_worded_anew(situation, task))
    yield from _past_approvals(situation, [task for task in open_tasks if task.what == "approve"])


def _past_approvals(situation: Situation, asked: list[Task]) -> Iterator[Moot]:
    """Questions for approval of letters that do not come any more."""
    if not asked:
        return
    ahead = {step.id for step in pending(situation)[0]}
    if requested_at(situation):
        ahead.add(first_pending_touch(situation).id)
    yield from (Moot(task, "lapsed") for task in asked if task.step not in ahead)


def _is_worded_anew(situation: Situation, task: Task) -> bool:
    """Whether words that no longer fitted their letter were written again, taken back or sent."""
    if task.what != "words":
        return False
    case = situation.case
    words = case.words_for(task.task.removeprefix(f"words:{case.invoice}:"))
    return words is None or words.at > task.at


def _undecided(situation: Situation) -> list[Proposal]:
    """The open proposals that still can be decided: of an open case, for a day ahead."""
    case, today = situation.case, situation.today
    if is_closed(case):
        return []
    still_open = (one for one in case.proposals if not one.outcome)
    return [one for one in still_open if not one.promised_on or one.promised_on >= today]
