"""Letters that nobody approves in time: what follows them, so that a deadline wakes nobody."""

from __future__ import annotations

from datetime import timedelta

from dunning.next_step import plan
from dunning.replacing import replace
from dunning.situation import Plan, Situation
from dunning.steps import CloseCase, Wait

# A weekend may lie between. Longer, and people would keep a question nobody need answer any more.
SOON_ENOUGH = timedelta(days=4)


def after_lapse(situation: Situation, planned: Plan) -> Plan:
    """The plan with the step that comes when nobody approves, instead of the wait for approval.

    Only when that step follows soon after the deadline: it then records that the approval lapsed.
    An approval is a fact, and whoever records one has the case planned anew.
    """
    wait = planned.step
    if not isinstance(wait, Wait) or wait.code != "NO_APPROVAL" or wait.at is None:
        return planned
    step = plan(replace(situation, now=wait.at)).step
    if isinstance(step, Wait | CloseCase) or step.at > wait.at + SOON_ENOUGH:
        return planned
    return replace(planned, step=step)
