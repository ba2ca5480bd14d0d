"""Payment plans as the desk shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from console.reading.recorded import Found, RecordedPage, recorded_page
from dunning.customer import Customer
from dunning.may import NotAllowed
from dunning.money import Money
from dunning.payment_plan import PaymentPlan
from dunning.plan_facts import Instalment, PlanProposed
from ledger.books import Books

STATES = ("waits", "stands", "ended", "all")


@dataclass(frozen=True)
class PlanFilter:
    """Which plans: those that wait for approval, stand, have ended, or all."""

    state: str = "all"
    customer: str = ""


@dataclass(frozen=True)
class Planned:
    """A plan with its customer."""

    customer: Customer
    plan: PaymentPlan

    @property
    def state(self) -> str:
        """One word: waits, stands, or how it ended."""
        return self.plan.outcome or ("stands" if self.plan.stands else "waits")


@dataclass(frozen=True)
class Progress:
    """An instalment: what has to be in with it, and whether it is."""

    instalment: Instalment
    due: Money
    paid: bool
    missed: bool


PlanPage: TypeAlias = RecordedPage[Planned]


def plan_page(books: Books, which: PlanFilter, after: str = "", size: int = 50) -> PlanPage:
    """Plans, the newest first."""

    def shown(found: Found) -> Planned | None:
        assert isinstance(found.fact, PlanProposed), "its kind says so"
        plan = next(one for one in found.customer.plans if one.plan == found.fact.plan)
        one = Planned(found.customer, plan)
        kept = which.state in ("all", one.state) or (which.state == "ended" and plan.outcome)
        return one if kept else None

    return recorded_page(books, "plan_proposed", shown, after, customer=which.customer, size=size)


def plan_named(books: Books, name: str) -> Planned:
    """The plan of this name, such as ``C-1/plan-1``, with its money. Raises NotAllowed."""
    customer = name.rpartition("/")[0]
    if customer and books.knows_customer(customer):
        known = books.customer(customer)
        for plan in known.plans:
            if plan.plan == name:
                return Planned(known, plan)
    raise NotAllowed(f"There is no plan {name}.")


def progress(plan: PaymentPlan, today: date) -> Iterator[Progress]:
    """Each instalment with what is known of it; money is known while the plan is open."""
    received = plan.received(today)
    for one in plan.instalments:
        due = plan.due_with(one)
        paid = plan.outcome == "completed" or (not plan.outcome and received >= due)
        missed = plan.missed == one.on or (plan.stands and not paid and one.on < today)
        yield Progress(one, due, paid, missed)
