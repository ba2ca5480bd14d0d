"""The list of payment plans: whose each is, where it stands, and when it was proposed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, Index, text
from sqlmodel import Field, SQLModel

from dunning.fact import Fact
from dunning.payment_plan import PaymentPlan
from dunning.plan_facts import PlanApproved, PlanEnded, PlanProposed
from ledger.rows import Row, upsert
from ledger.tables import moment, table

_ENDED = text("state NOT IN ('waits', 'stands')")


class PlanRow(SQLModel, table=True):
    """A payment plan, for lists; `state` is waits, stands, or how it ended."""

    __tablename__ = "payment_plan"
    __table_args__ = (
        Index("ix_payment_plan_state", "state", "at", "plan"),
        Index("ix_payment_plan_at", "at", "plan"),
        Index("ix_payment_plan_customer", "customer", "at", "plan"),
        Index("ix_payment_plan_ended", "at", "plan", sqlite_where=_ENDED, postgresql_where=_ENDED),
    )
    plan: str = Field(primary_key=True)
    customer: str
    state: str
    at: datetime = moment()


PLAN = table(PlanRow)


def state_of_plan(plan: PaymentPlan) -> str:
    """One word: waits, stands, or how it ended."""
    return plan.outcome or ("stands" if plan.stands else "waits")


def note_plans(connection: Connection, customer: str, plans: tuple[PaymentPlan, ...]) -> None:
    """Bring the list up to date with a customer's plans."""
    upsert(connection, PlanRow, [_row(customer, plan) for plan in plans])


def plan_rows(recorded: Iterator[tuple[str, Fact]]) -> Iterator[Row]:
    """The list as the facts about all customers' plans make it."""
    found: dict[str, tuple[str, PaymentPlan]] = {}
    for customer, fact in recorded:
        if isinstance(fact, PlanProposed):
            found[fact.plan] = customer, PaymentPlan.of(fact)
        elif isinstance(fact, PlanApproved | PlanEnded) and fact.plan in found:
            found[fact.plan] = customer, found[fact.plan][1].after(fact)
    yield from (_row(customer, plan) for customer, plan in found.values())


def _row(customer: str, plan: PaymentPlan) -> Row:
    return {"plan": plan.plan, "customer": customer, "state": state_of_plan(plan), "at": plan.at}
