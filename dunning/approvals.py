"""Approvals of letters: which letters need one, and how long it is waited for."""

from __future__ import annotations

from datetime import date

from dunning.case import Case
from dunning.holdings import Task
from dunning.policy import CadenceStep
from dunning.situation import Situation


def needs_approval(situation: Situation, step: CadenceStep) -> bool:
    """Whether a second person has to agree: to the letter, or to words somebody wrote for it."""
    if step.approval or not situation.policy.approve_words:
        return step.approval
    return situation.case.words_for(step.id) is not None


def approval_asked(case: Case, step: str) -> Task | None:
    """The latest question for approval of the words as they stand now.

    What was answered before somebody changed the words says nothing about them.
    """
    asked = case.task_for(step, "approve")
    if asked is None or not asked.outcome:
        return asked
    said = next((one for one in reversed(case.rewordings) if one.step == step), None)
    return None if said is not None and said.at > asked.at else asked


def approval_deadline(situation: Situation, asked_on: date) -> date:
    """The day on which an approval nobody gave stops being waited for."""
    days = situation.policy.approval_business_days
    return situation.calendar.business_days_after(asked_on, days)


def approval_lapsed(situation: Situation, step: CadenceStep) -> bool:
    """Whether the latest question for approval was left without an answer for too long."""
    case, calendar = situation.case, situation.calendar
    asked = approval_asked(case, step.id)
    if asked is None or case.approved_at(step.id):
        return False
    return situation.today >= approval_deadline(situation, calendar.local_date(asked.at))
