"""Nobody is woken when an approval lapses: the step after it records that, days later perhaps."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dunning.audit.account import Period, Surroundings
from dunning.audit.auditor import Auditor
from dunning.replacing import replace
from dunning.touch_facts import TouchWithheld
from tests.dunning.audit.told_policies import STANDARD, terms_of
from tests.dunning.audit.told_stories import BEGINS, DUE, told
from tests.dunning.worlds import LONDON


def _found(days: int) -> set[tuple[str, str]]:
    """What is found where the lapse of the formal notice was recorded so many days later."""
    steps = tuple(
        replace(one, day=one.day + 7) if one.id == "final_notice" else one for one in STANDARD.steps
    )
    policy = replace(STANDARD, steps=steps)
    # Its deadline is a Monday.
    home, invoice = told(policy=policy, due=DUE - timedelta(days=3))
    home.until(BEGINS + timedelta(days=90))
    for place, fact in enumerate(invoice.history):
        if isinstance(fact, TouchWithheld) and fact.code == "NO_APPROVAL":
            invoice.history[place] = replace(fact, at=fact.at + timedelta(days=days))
    period = Period(date(2026, 1, 1), date(2026, 12, 31), home.now)
    auditor = Auditor(period, terms_of(policy), Surroundings(LONDON))
    auditor.account(home.account(), home.followed())
    return {(one.code, one.subject) for one in auditor.end().findings}


@pytest.mark.parametrize("days", [0, 2, 4])
def test_a_letter_nobody_approved_is_no_missed_step_until_that_is_recorded(days: int) -> None:
    assert _found(days) == set()


def test_a_lapse_that_is_recorded_much_later_is_found() -> None:
    assert ("MISSED", "formal_notice") in _found(5)
