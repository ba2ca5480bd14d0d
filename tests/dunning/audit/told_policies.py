"""Policies that differ from the standard one in one thing, for histories made for it."""

from __future__ import annotations

from dunning.audit.terms import PoliciesInForce
from dunning.policy import CadenceStep, Policy
from dunning.replacing import replace
from tests.dunning.audit.auditing import TERMS
from tests.dunning.worlds import POLICIES

STANDARD = POLICIES["standard_b2b"]


def terms_of(policy: Policy) -> PoliciesInForce:
    """The usual policies with another one of the same name."""
    return PoliciesInForce({**POLICIES, policy.name: policy}, TERMS.default, TERMS.named)


def slow_policy() -> Policy:
    """The standard policy, whose second reminder comes a month later."""
    steps = tuple(
        replace(step, day=step.day + 40) if step.day > 3 else step for step in STANDARD.steps
    )
    return replace(STANDARD, steps=steps)


def twice_policy() -> Policy:
    """The standard policy, reminding a second time in the same tone."""
    place = next(i for i, step in enumerate(STANDARD.steps) if step.id == "reminder")
    again = replace(STANDARD.steps[place], id="reminder_again", day=8)
    steps = (*STANDARD.steps[: place + 1], again, *STANDARD.steps[place + 1 :])
    return replace(STANDARD, steps=steps)


def conditional_policy() -> Policy:
    """The standard policy, whose second reminder only follows a broken promise."""

    def changed(step: CadenceStep) -> CadenceStep:
        return replace(step, condition="broken_promise") if step.id == "request" else step

    return replace(STANDARD, steps=tuple(map(changed, STANDARD.steps)))


def certain_policy() -> Policy:
    """The standard policy, which asks that the invoice arrived."""
    return replace(STANDARD, delivery_required=True)
