"""No rule is left out: whatever decides is broken somewhere, or it is said why breaking it is none.

A rule that is added without its mutation fails here.
"""

from __future__ import annotations

import inspect
from types import ModuleType

import pytest

from dunning import approvals, cadence, dispute_service, holds, next_step, position, promises
from tests.dunning.audit.test_mutations import BROKEN
from tests.dunning.audit.test_told_mutations import TOLD

# What only arranges or words what other functions here decide.
PLUMBING = "arranges or words what the others decide"
REMARKS = "a remark for people; the auditor looks for the ground itself"
# Each rule: the mutation of test_mutations or test_told_mutations, or why there is none.
RULES: dict[ModuleType, dict[str, str]] = {
    next_step: {
        "plan": PLUMBING,
        "_unless_stopped": "broken in test_a_message_on_a_stopped_channel_is_found",
        "_wave": "broken in test_switching",
        "_would_have_come": "broken in test_switching",
        "_close_if_over": "closed cases go on",
        "_send_undistributed_invoice": "invoices are not sent",
        "_respect_hold": "pauses are forgotten",
        "_before_promised_day": "a pause keeps the note away for good",
        "_said_of": REMARKS,
        "_already_said": REMARKS,
        "_escalate_broken_promises": "broken promises stay below",
        "_send_on_request": "what was asked for is not sent",
        "_delays_people": "only the order of a letter and of people's work, both of which come",
    },
    holds: {
        "hold_of": PLUMBING,
        "holds_of": PLUMBING,
        "broken_promise": "a broken promise waits for the step's day",
        "first_day_after_holds": "a resume sends at once",
        "_waits": "pauses are forgotten",
        "_customer_holds": "insolvencies are forgotten",
        "_reply_wait": "replies are forgotten",
        "_proposal_wait": "a promise that waits for approval is forgotten",
        "_until_after": PLUMBING,
        "_promise_wait": "promises are forgotten",
        "_dispute_wait": "disputes are forgotten",
        "_in_grace": "days of grace are forgotten",
    },
    promises: {
        "held_until": "promises have no grace",
        "settled_promises": "promises are not settled",
        "outcome_of": "promises are settled wrongly",
        "broken_in_a_row": "broken promises are not counted",
        "promises_in_a_row": "asks for an approval when a promise is recorded, not afterwards",
        "note_step": PLUMBING,
        "noted_promise": PLUMBING,
        "courtesy_note": "no note before the promised day",
        "_latest": PLUMBING,
        "_is_over": "a note twice is DUPLICATE, planted as `sent twice`",
        "_matured": "promises are settled wrongly",
        "_tolerated": "promises are settled wrongly",
    },
    position: {
        "pending": "a step is forgotten",
        "first_pending_touch": "what was asked for is not sent",
        "requested_at": "what was asked for is not sent",
        "not_before": "without it the rulebook goes round in circles before anybody audits it",
        "_done": "a step is forgotten",
        "_not_spoken": "a step is forgotten",
        "_passed_over": "courtesy notes come late",
        "_is_superseded": "the backlog is sent",
    },
    cadence: {
        "follow_cadence": "a step is forgotten",
        "speak_or_ask": "nobody is asked for approval",
        "_planned_day": "steps come a week late",
        "_follows_broken_promise": "a broken promise waits for the step's day",
        "_unless_away": "who writes to somebody absent breaks no rule, and who waits is excused",
        "_spaced": "levels keep no distance",
        "_is_of_cadence": PLUMBING,
        "_earliest_rise": "levels keep no distance",
        "_as_step": PLUMBING,
        "_ask_for_approval": "nobody is asked for approval",
        "_moved": REMARKS,
        "_in_turn": REMARKS,
    },
    approvals: {
        "needs_approval": "nobody is asked for approval",
        "approval_asked": "nobody is asked for approval",
        "approval_deadline": "approvals are waited for in vain",
        "approval_lapsed": "approvals are waited for in vain",
    },
    dispute_service: {
        "next_dispute_step": "disputes have no owner",
        "grace_end": "days of grace are forgotten",
        "owners_deadline": "disputes are escalated late",
        "_overtaken": "a dispute of a closed case holds nothing",
        "_end_of": PLUMBING,
        "_after_outcome": "days of grace are forgotten",
        "_decision": "nobody has to decide on a credit",
        "_customers_turn": "the customer's turn never ends",
        "_owners_turn": "disputes are escalated late",
        "_reminders": "owners of disputes are not reminded",
        "_repeated": "who was told once was told: the policy's times are kept by then",
        "_start": PLUMBING,
    },
}


@pytest.mark.parametrize("module", RULES, ids=lambda module: module.__name__)
def test_every_rule_is_broken_or_says_why_not(module: ModuleType) -> None:
    functions = {
        name
        for name, one in vars(module).items()
        if inspect.isfunction(one) and one.__module__ == module.__name__
    }

    assert functions == RULES[module].keys()


def test_every_mutation_named_is_one_that_is_run() -> None:
    mutations = {*BROKEN, *TOLD}
    reasons = {rule for rules in RULES.values() for rule in rules.values()} - mutations

    assert mutations - {rule for rules in RULES.values() for rule in rules.values()} <= BY_GATE
    assert all(_is_a_reason(one) for one in reasons), reasons


# These break the gate at the door, whose guards test_mutations counts, or a hold of another code.
BY_GATE = {
    "escalations are forgotten",
    "hardship is forgotten",
    "steps come a week early",
    "levels are skipped",
    "reasons are not recorded",
    "disputed amounts are asked for",
    "caps do not hold",
    "messages keep no distance",
    "the slot is not kept",
    "small sums are asked for",
    "contacts are not checked",
    "conditions are not checked",
    "unused money is not looked for",
    "messages go out at night",
    "notes about promises come early",
    "the plan is not asked for again",
    "refusals never end",
    "payment plans are forgotten",
    "what never arrived is dunned",
    "a broken promise is not asked for",
}


def _is_a_reason(text: str) -> bool:
    return len(text.split()) >= 3
