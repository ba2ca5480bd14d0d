"""Experiments: which variant of a step a customer gets, and what no experiment may do."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import assert_never

from dunning.cadence_rules import contradictions
from dunning.case import Case
from dunning.customer import Customer
from dunning.experiment_facts import (
    HOLD_OUT,
    STOP_TAKES,
    Arm,
    ExperimentFact,
    ExperimentStarted,
    ExperimentStopped,
)
from dunning.policy import CadenceStep, Policy

# So many per cent of the customers get the policy unchanged at least.
LEAST_HOLD_OUT = 10


@dataclass(frozen=True)
class Experiment:
    """One experiment as its facts tell it."""

    terms: ExperimentStarted
    stopped_at: datetime | None = None

    @property
    def name(self) -> str:
        """Its name, which is its salt too."""
        return self.terms.experiment

    def arm_of(self, customer: str) -> str:
        """The customer's arm: the same for ever, whatever else changes."""
        digest = hashlib.sha256(f"{self.name}/{customer}".encode()).digest()
        place = int.from_bytes(digest[:8], "big") / 2**64 * 100
        for arm in self.terms.arms:
            if place < arm.share:
                return arm.name
            place -= arm.share
        return HOLD_OUT

    def takes_in(self, opened_at: datetime) -> bool:
        """Whether an invoice that came in then belongs to it; days are those of UTC."""
        return self.terms.starts <= opened_at.astimezone(UTC).date() <= self.terms.ends

    def concerns(self, policy: str, segment: str, opened_at: datetime) -> bool:
        """Whether an invoice under the policy, of a customer of the segment, belongs to it."""
        segments = self.terms.segments
        wanted = policy == self.terms.policy and (not segments or segment in segments)
        return wanted and self.takes_in(opened_at)

    def is_over(self, today: date) -> bool:
        """Whether it takes no invoice in any more."""
        return self.stopped_at is not None or today > self.terms.ends


def fold_experiment(history: Iterable[ExperimentFact]) -> Experiment:
    """The experiment after all its facts, the first of which started it."""
    found: Experiment | None = None
    for fact in history:
        match fact:
            case ExperimentStarted():
                found = Experiment(fact)
            case ExperimentStopped():
                assert found, "an experiment begins with its terms"
                found = replace(found, stopped_at=fact.at + STOP_TAKES)
            case _:
                assert_never(fact)
    assert found, "an experiment begins with its terms"
    return found


def varied(
    policy: Policy, case: Case, customer: Customer, experiments: Sequence[Experiment], now: datetime
) -> Policy:
    """The policy as the customer's arms have it for this invoice at the moment."""
    for one in experiments:
        stopped = one.stopped_at is not None and now >= one.stopped_at
        if not stopped and one.concerns(policy.name, customer.segment, case.opened_at):
            policy = policy_of_arm(policy, one.terms, one.arm_of(case.customer))
    return policy


def policy_of_arm(policy: Policy, terms: ExperimentStarted, arm: str) -> Policy:
    """The policy with the experiment's step as the arm has it."""
    variant = next((one for one in terms.arms if one.name == arm), Arm(HOLD_OUT, 0))

    def of_arm(step: CadenceStep) -> CadenceStep:
        if step.id != terms.step:
            return step
        day = step.day if variant.day is None else variant.day
        letter = variant.letter or step.letter
        return replace(step, letter=letter, day=day, experiment=terms.experiment, arm=arm)

    return replace(policy, steps=tuple(map(of_arm, policy.steps)))


def objections(
    terms: ExperimentStarted,
    policy: Policy | None,
    letters: Collection[str],
    others: Sequence[Experiment],
    today: date,
) -> Iterator[str]:
    """Why the experiment may not be started, one plain sentence each.

    `others` are all experiments there are. No arm may break what the policy itself has to keep:
    order, distances and levels; letters that need approval are not experimented with.
    """
    yield from _about_days(terms, today)
    yield from _about_arms(terms)
    yield from _about_others(terms, others, today)
    step = policy.step(terms.step) if policy else None
    if policy is None:
        yield f"There is no policy {terms.policy}."
    elif step is None or step.action != "touch":
        yield f"Policy {terms.policy} has no letter in a step {terms.step}."
    elif step.approval:
        yield f"Step {terms.step} needs approval: formal letters are not experimented with."
    else:
        yield from _about_policy(terms, policy, letters)


def _about_days(terms: ExperimentStarted, today: date) -> Iterator[str]:
    if terms.starts <= today:
        yield f"It begins on {terms.starts}; begin tomorrow at the earliest."
    if terms.ends < terms.starts:
        yield f"It ends on {terms.ends}, before it begins."


def _about_arms(terms: ExperimentStarted) -> Iterator[str]:
    names = [arm.name for arm in terms.arms]
    if not names:
        yield "It has no arms."
    if len(set(names)) < len(names) or HOLD_OUT in names or "" in names:
        yield f"Every arm needs a name of its own, other than {HOLD_OUT}."
    if any(arm.share < 1 for arm in terms.arms):
        yield "Every arm needs a share of at least 1 per cent."
    left = 100 - sum(arm.share for arm in terms.arms)
    if left < LEAST_HOLD_OUT:
        yield f"{left} per cent are left as hold-out; {LEAST_HOLD_OUT} are the least."
    if any(not arm.letter and arm.day is None for arm in terms.arms):
        yield "Every arm needs another letter or another day."


def _about_others(
    terms: ExperimentStarted, others: Sequence[Experiment], today: date
) -> Iterator[str]:
    for other in others:
        if other.name == terms.experiment:
            yield f"There is an experiment {other.name} already; names are never used again."
        elif not other.is_over(today) and _same_step(other.terms, terms):
            yield f"Step {terms.step} of {terms.policy} is in experiment {other.name} until then."


def _same_step(one: ExperimentStarted, other: ExperimentStarted) -> bool:
    return (one.policy, one.step) == (other.policy, other.step)


def _about_policy(
    terms: ExperimentStarted, policy: Policy, letters: Collection[str]
) -> Iterator[str]:
    for arm in terms.arms:
        if arm.letter and arm.letter not in letters:
            yield f"Arm {arm.name}: there is no letter {arm.letter}."
        for _, why in contradictions(policy_of_arm(policy, terms, arm.name)):
            yield f"Arm {arm.name}: step {terms.step} {why}."
