"""Payment plans: instalments a customer may pay some invoices in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from dunning import plan_facts
from dunning.money import Money
from dunning.plan_facts import Instalment
from dunning.promise import Cash, received
from dunning.replacing import replace


@dataclass(frozen=True)
class PaymentPlan:
    """A plan for some invoices, which stands from its approval until it ended.

    `cash` is the money on its invoices since it was proposed, and `paid_off` whether none of them
    is open any more; the books fill both in while the plan is open.
    """

    plan: str
    invoices: tuple[str, ...]
    instalments: tuple[Instalment, ...]
    role: str
    by: str
    at: datetime
    approved_at: datetime | None = None
    outcome: str = ""
    ended_at: datetime | None = None
    missed: date | None = None
    cash: tuple[Cash, ...] = ()
    paid_off: bool = False

    @classmethod
    def of(cls, fact: plan_facts.PlanProposed) -> PaymentPlan:
        """The plan a fact proposed."""
        return cls(fact.plan, fact.invoices, fact.instalments, fact.role, fact.by, fact.at)

    @property
    def stands(self) -> bool:
        """Whether it was approved and has not ended."""
        return self.approved_at is not None and not self.outcome

    @property
    def total(self) -> Money:
        """What all instalments come to."""
        return self.due_with(self.instalments[-1])

    def due_with(self, instalment: Instalment) -> Money:
        """What has to be in with this instalment, those before it included."""
        zero = Money.zero(instalment.amount.currency)
        upto = (one.amount for one in self.instalments if one.on <= instalment.on)
        return sum(upto, start=zero)

    def received(self, last_day: date) -> Money:
        """What came in since it was proposed, with value dates up to the day."""
        return received(self.cash, last_day, self.instalments[0].amount.currency)

    def after(self, fact: plan_facts.PlanApproved | plan_facts.PlanEnded) -> PaymentPlan:
        """The plan after a decision, which may be about another one."""
        if fact.plan != self.plan or self.outcome:
            return self
        if isinstance(fact, plan_facts.PlanApproved):
            return replace(self, approved_at=fact.at)
        return replace(self, outcome=fact.outcome, ended_at=fact.at, missed=fact.missed)
