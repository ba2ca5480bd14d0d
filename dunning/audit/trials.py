"""Experiments as the auditor works them out: which variant of a step a customer had to get."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from dunning.customer_facts import CustomerRecorded
from dunning.experiment_facts import (
    HOLD_OUT,
    STOP_TAKES,
    ExperimentFact,
    ExperimentStarted,
    ExperimentStopped,
)
from dunning.facts import InvoiceOpened
from dunning.policy import Policy


@dataclass(frozen=True)
class Trial:
    """One experiment, from its terms until it was stopped."""

    terms: ExperimentStarted
    stopped_at: datetime | None = None
    # A policy that does not change stays the same object in each arm.
    _known: dict[tuple[int, str], tuple[Policy, Policy]] = field(default_factory=dict)

    def policy_of(self, policy: Policy, arm: str) -> Policy:
        """The policy as the arm has it."""
        key = id(policy), arm
        if key not in self._known:
            self._known[key] = policy, _of_arm(policy, self, arm)
        return self._known[key][1]

    def arm_of(self, customer: str) -> str:
        """The arm whose part of the hundred holds the customer's place."""
        digest = hashlib.sha256(f"{self.terms.experiment}/{customer}".encode()).hexdigest()
        place, upper = int(digest[:16], 16) * 100 / 16**16, 0
        for arm in self.terms.arms:
            upper += arm.share
            if place < upper:
                return arm.name
        return HOLD_OUT

    def has(self, policy: Policy, opened: InvoiceOpened, segment: str, at: datetime) -> bool:
        """Whether the invoice was in the experiment at the moment."""
        terms, came_in = self.terms, opened.at.astimezone(UTC).date()
        if self.stopped_at is not None and at >= self.stopped_at:
            return False
        of_segment = not terms.segments or segment in terms.segments
        return policy.name == terms.policy and of_segment and terms.starts <= came_in <= terms.ends


def trials_of(histories: Sequence[Sequence[ExperimentFact]]) -> tuple[Trial, ...]:
    """The experiments of these histories."""
    found: list[Trial] = []
    for history in histories:
        ends = [one.at for one in history if isinstance(one, ExperimentStopped)]
        stopped_at = min(ends) + STOP_TAKES if ends else None
        begun = (one for one in history if isinstance(one, ExperimentStarted))
        found += [Trial(terms, stopped_at) for terms in begun]
    return tuple(found)


def tried(
    policy: Policy,
    trials: Sequence[Trial],
    opened: InvoiceOpened,
    recorded: CustomerRecorded | None,
    at: datetime,
) -> Policy:
    """The policy as the customer's arms had it at the moment; the same object outside of them."""
    segment = recorded.segment if recorded else ""
    for trial in trials:
        if trial.has(policy, opened, segment, at):
            policy = trial.policy_of(policy, trial.arm_of(opened.customer))
    return policy


def _of_arm(policy: Policy, trial: Trial, name: str) -> Policy:
    arm = next((one for one in trial.terms.arms if one.name == name), None)
    steps = list(policy.steps)
    for place, step in enumerate(steps):
        if step.id != trial.terms.step:
            continue
        letter = arm.letter if arm and arm.letter else step.letter
        day = arm.day if arm and arm.day is not None else step.day
        named = trial.terms.experiment
        steps[place] = replace(step, letter=letter, day=day, experiment=named, arm=name)
    return replace(policy, steps=tuple(steps))
