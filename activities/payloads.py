"""What crosses the engine between workflows and activities: ids, steps and moments, no people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Discriminator

from dunning import facts, touch_facts
from dunning.dispute_facts import DisputeOpened, DisputeResolved
from dunning.dispute_steps import DisputeStep
from dunning.promise_facts import PromiseMade
from dunning.steps import AskAssociate, Escalate, SendInvoice, SendTouch, Step

WireStep = Annotated[Step, Discriminator("kind")]
WireDisputeStep = Annotated[DisputeStep, Discriminator("kind")]
Doable = Annotated[
    SendInvoice | SendTouch | AskAssociate | Escalate,
    Discriminator("kind"),
]
RecordableFact = Annotated[
    facts.Paused
    | facts.Resumed
    | PromiseMade
    | DisputeOpened
    | DisputeResolved
    | facts.Escalated
    | touch_facts.TouchApproved
    | touch_facts.SendRequested,
    Discriminator("kind"),
]


@dataclass(frozen=True)
class PlanOrder:
    """Plan the next step of an invoice; `now` is the engine's moment."""

    invoice: str
    now: datetime


@dataclass(frozen=True)
class DisputeOrder:
    """Do what is due for a dispute; `now` is the engine's moment."""

    dispute: str
    now: datetime


@dataclass(frozen=True)
class StepOrder:
    """Carry a step out that has come due."""

    invoice: str
    step: Doable
    now: datetime


@dataclass(frozen=True)
class FactOrder:
    """Record a fact that a person reported in the engine's own tools."""

    invoice: str
    fact: RecordableFact
    now: datetime


@dataclass(frozen=True)
class UpkeepOrder:
    """Do a job of upkeep; `now` is the moment it was scheduled for."""

    job: str
    now: datetime
