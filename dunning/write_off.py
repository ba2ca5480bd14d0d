"""Write-offs: the proof that the cadence was followed first, and the tax that comes back."""

from __future__ import annotations

import calendar
from datetime import date

from dunning.case import Case
from dunning.policy import Policy

# Value Added Tax Act 1994 s. 36: relief six months after the later of due date and supply.
_RELIEF_MONTHS = {"GB": 6}
_MONTHS = 12


def missing_proof(case: Case, policy: Policy) -> str | None:
    """Why the invoice may not be given up without a waiver; None when its cadence is complete.

    It is complete at the highest level of its letters, or when people were asked to decide.
    """
    top = max((step.level for step in policy.steps if step.action == "touch"), default=0)
    if case.level >= top or any(task.what == "decide" for task in case.tasks):
        return None
    return (
        f"Invoice {case.invoice} is at level {case.level} of {top}: its cadence is not complete."
        " Say with --waiver why it is given up all the same."
    )


def relief_from(case: Case, country: str) -> date | None:
    """From which day on the entity's country gives the VAT of the bad debt back, if it is known.

    The issue date stands for the day of supply.
    """
    months = _RELIEF_MONTHS.get(country)
    return _later(max(case.due_date, case.issue_date), months) if months else None


def _later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, _MONTHS)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
