"""Facts about payment plans: instalments for some invoices of a customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from dunning.fact import Fact
from dunning.money import Money


@dataclass(frozen=True)
class Instalment:
    """A part of a payment plan: `amount` by the day `on`."""

    on: date
    amount: Money


@dataclass(frozen=True, kw_only=True)
class PlanProposed(Fact):
    """The customer would pay these invoices in instalments; `role` has to approve it, if any."""

    kind: Literal["plan_proposed"] = "plan_proposed"
    plan: str
    invoices: tuple[str, ...]
    instalments: tuple[Instalment, ...]
    role: str = ""
    note: str = ""
    reply: str = ""


@dataclass(frozen=True, kw_only=True)
class PlanApproved(Fact):
    """The plan stands: its invoices are silent as long as its instalments come."""

    kind: Literal["plan_approved"] = "plan_approved"
    plan: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class PlanEnded(Fact):
    """A plan is over: `declined`, `lapsed` (undecided), `completed`, `broken` or `cancelled`.

    `missed` is the day of the instalment that broke it.
    """

    kind: Literal["plan_ended"] = "plan_ended"
    plan: str
    outcome: str
    note: str = ""
    missed: date | None = None


PlanFact = PlanProposed | PlanApproved | PlanEnded
