"""Payment plans: instalments a customer may pay some invoices in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from dunning import plan_facts
from dunning.money import Money
from dunning.plan_facts import Instalment


@dataclass(frozen=True)
class PaymentPlan:
    """A plan for some invoices, which stands from its approval until it ended."""

    plan: str
    invoices: tuple[str, ...]
    instalments: tuple[Instalment, ...]
    role: str
    at: datetime
    approved_at: datetime | None = None
    outcome: str = ""

    @classmethod
    def of(cls, fact: plan_facts.PlanProposed) -> PaymentPlan:
        """The plan a fact proposed."""
        return cls(fact.plan, fact.invoices, fact.instalments, fact.role, fact.at)

    @property
    def stands(self) -> bool:
        """Whether it was approved and has not ended."""
        return self.approved_at is not None and not self.outcome

    @property
    def total(self) -> Money:
        """What all instalments come to."""
        zero = Money.zero(self.instalments[0].amount.currency)
        return sum((one.amount for one in self.instalments), start=zero)

    def after(self, fact: plan_facts.PlanApproved | plan_facts.PlanEnded) -> PaymentPlan:
        """The plan after a decision, which may be about another one."""
        if fact.plan != self.plan:
            return self
        if isinstance(fact, plan_facts.PlanApproved):
            return replace(self, approved_at=fact.at)
        return replace(self, outcome=fact.outcome)
