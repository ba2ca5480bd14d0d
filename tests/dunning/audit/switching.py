"""Households whose policies change on the way, as they do when a new version takes effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from dunning import facts
from dunning.audit.terms import PoliciesInForce
from dunning.audit.timeline import EVER, Reign, Timeline
from dunning.policy import CadenceStep, Policy
from dunning.policy_version_facts import Wave
from dunning.situation import LaterWave, Situation
from dunning.steps import Step
from tests.dunning.audit.auditing import TERMS
from tests.dunning.audit.housed_invoices import Invoice
from tests.dunning.audit.households import Household
from tests.dunning.worlds import POLICIES

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Switch:
    """Other policies from a moment on, with the waves in which they newly contact customers."""

    at: datetime
    policies: Mapping[str, Policy]
    waves: tuple[Wave, ...] = ()

    @property
    def timeline(self) -> Timeline:
        """What the auditor is told of it."""
        after = PoliciesInForce(self.policies, TERMS.default, TERMS.named)
        return Timeline([(Reign(EVER, 1, "one"), TERMS), (self.reign, after)])

    @property
    def reign(self) -> Reign:
        """The new version."""
        return Reign(self.at, 2, "two", self.waves)


@dataclass
class SwitchingInvoice(Invoice):
    """An invoice that follows the new policies from the switch on."""

    @property
    def situation(self) -> Situation:
        """What the rulebook looks at now."""
        home, seen = self.home, super().situation
        assert isinstance(home, SwitchingHousehold)
        opens = home.switch.reign.opens_for(self.customer.customer)
        if not home.switch.at <= self.now < opens:
            return seen
        return replace(seen, later=LaterWave(opens, POLICIES[self.policy.name]))

    def plan(self) -> Step:
        """Plan by the policies in force; the ledger may have named another one meanwhile."""
        home = self.home
        assert isinstance(home, SwitchingHousehold)
        if home.is_switched:
            self.policy = home.switch.policies[self.policy.name]
        return super().plan()


@dataclass
class SwitchingHousehold(Household):
    """A customer whose invoices are woken when the new policies take effect."""

    switch: Switch = field(kw_only=True)
    is_switched: bool = False

    def open(self, opening: facts.InvoiceOpened, policy: Policy) -> Invoice:
        """Follow one more invoice, under the policies of its day."""
        self._switch(opening.at)
        made = SwitchingInvoice(
            opening=opening,
            customer=self.customer,
            policy=self.switch.policies[policy.name] if self.is_switched else policy,
            calendar=self.calendar,
            now=opening.at,
            provider=self.answers,
            home=self,
        )
        self.invoices.append(made)
        return made

    def until(self, end: datetime) -> None:
        """Follow all invoices up to a moment, through the switch where it lies before it."""
        if not self.is_switched and end >= self.switch.at:
            super().until(self.switch.at - timedelta(microseconds=1))
        self._switch(end)
        super().until(end)

    def _switch(self, now: datetime) -> None:
        if self.is_switched or now < self.switch.at:
            return
        self.is_switched = True
        for one in self.invoices:
            one.now = max(one.now, self.switch.at)
            one.next = one.plan()


def moved(policy: Policy, days: int) -> Policy:
    """The policy with everything after the due date so many days later, or earlier."""
    after = [step for step in policy.steps if step.day > 0]
    days = max(days, 1 - after[0].day)
    steps = tuple(
        replace(step, day=step.day + days) if step.day > 0 else step for step in policy.steps
    )
    return replace(policy, version=policy.version + 1, steps=steps)


def without_a_step(policy: Policy, random: Random) -> Policy:
    """The policy without one of the touches that is not alone on its level."""
    levels = [step.level for step in policy.steps if step.action == "touch"]
    spare = [step for step in policy.steps if _is_spare(step, levels)]
    gone = random.choice(spare) if spare else None
    steps = tuple(step for step in policy.steps if step is not gone)
    return replace(policy, version=policy.version + 1, steps=steps)


def _is_spare(step: CadenceStep, levels: list[int]) -> bool:
    return step.action == "touch" and step.level > 0 and levels.count(step.level) > 1
