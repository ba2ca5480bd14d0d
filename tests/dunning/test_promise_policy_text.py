from __future__ import annotations

from decimal import Decimal

import pytest

from dunning.policy import EscalationRules, PlanRules, PromiseRules
from dunning.policy_document import read_document
from dunning.promise_policy_text import (
    read_escalation_rules,
    read_plan_rules,
    read_promise_rules,
)
from tests.dunning.worlds import POLICIES


def test_what_a_table_leaves_out_is_as_usual() -> None:
    nothing = read_document("", "p.toml")

    assert read_promise_rules(nothing) == PromiseRules()
    assert read_plan_rules(nothing) == PlanRules()
    assert read_escalation_rules(nothing) == EscalationRules()
    nothing.finish()


def test_what_a_table_says_counts() -> None:
    text = """
    courtesy_note = false
    tolerance_percent = 2
    tolerance_most = "1.50"
    """
    promise = read_promise_rules(read_document(text, "p.toml"))
    plan = read_plan_rules(read_document('max_amount = "10.00"\nmax_days = 7', "p.toml"))
    ladder = 'ladder = ["clerk", "boss"]\nwait_business_days = 1\ncalls = 2'
    escalation = read_escalation_rules(read_document(ladder, "p.toml"))

    assert promise == PromiseRules(
        courtesy_note=False, tolerance_percent=2, tolerance_most=Decimal("1.50")
    )
    assert (plan.max_amount, plan.max_days) == (Decimal("10.00"), 7)
    assert escalation == EscalationRules(("clerk", "boss"), 1, 2)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("ladder = []", "is empty: name at least one role"),
        ('ladder = ["boss", "boss"]', '"boss" is no name, or is there twice'),
        ('ladder = ["The Boss"]', '"The Boss" is no name, or is there twice'),
        ("ladder = [1]", "1 is no name, or is there twice"),
        ('ladder = "boss"', '"boss" is not a list of names'),
        ("wait_business_days = 0", "0 is not a whole number"),
    ],
)
def test_a_ladder_that_cannot_be_climbed_is_refused(text: str, problem: str) -> None:
    document = read_document(text, "p.toml")
    rules = read_escalation_rules(document)

    assert rules.ladder
    assert problem in document.problems[0].reason


def test_whom_a_person_looks_after_gets_no_note_by_itself() -> None:
    silent = {name for name, one in POLICIES.items() if not one.promise.courtesy_note}

    assert silent == {"key_account", "small_balance"}
