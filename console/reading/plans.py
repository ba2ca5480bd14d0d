"""Payment plans as the desk shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, select, text

from console.reading.paging import Order, Place, read_all, read_page
from dunning.customer import Customer, fold_customer
from dunning.customer_facts import CustomerFact
from dunning.may import NotAllowed
from dunning.money import Money
from dunning.payment_plan import PaymentPlan
from dunning.plan_facts import Instalment
from ledger.books import Books
from ledger.plan_list import PLAN, state_of_plan
from ledger.rows import chunks

STATES = ("waits", "stands", "ended", "all")
_ORDER = Order(PLAN.c.at, PLAN.c.plan, datetime.fromisoformat, descending=True)


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
        return state_of_plan(self.plan)


@dataclass(frozen=True)
class Progress:
    """An instalment: what has to be in with it, and whether it is."""

    instalment: Instalment
    due: Money
    paid: bool
    missed: bool


@dataclass(frozen=True)
class PlanPage:
    """Plans, and the cursors of the pages around them (empty where there is none)."""

    rows: Sequence[Planned]
    previous: str
    next: str


def plan_page(books: Books, which: PlanFilter, place: Place) -> PlanPage:
    """Plans, the newest first."""
    page = read_page(books.connection, _listed(which), _ORDER, place)
    return PlanPage(_planned(books, page.rows), page.previous, page.next)


def exported(books: Books, which: PlanFilter) -> Iterator[Planned]:
    """Every plan of the filter, for a file."""
    for some in chunks(read_all(books.connection, _listed(which), _ORDER)):
        yield from _planned(books, some)


def _listed(which: PlanFilter) -> Select[Any]:
    query = select(PLAN)
    if which.state == "ended":
        query = query.where(text("state NOT IN ('waits', 'stands')"))
    elif which.state != "all":
        query = query.where(PLAN.c.state == which.state)
    return query.where(PLAN.c.customer == which.customer) if which.customer else query


def _planned(books: Books, rows: Sequence[Row[Any]]) -> list[Planned]:
    """The plans of some rows, from the facts of their customers."""
    customers = {
        stream.partition(":")[2]: fold_customer(
            [one for one in facts if isinstance(one, CustomerFact)]
        )
        for stream, facts in books.histories({f"customer:{row.customer}" for row in rows}).items()
    }
    plans = {
        plan.plan: Planned(customer, plan)
        for customer in customers.values()
        for plan in customer.plans
    }
    return [plans[row.plan] for row in rows if row.plan in plans]


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
