"""Facts about a customer: what the ledger says, and what holds all their invoices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from dunning.contact_facts import Contact, ContactFact, ReplyFact
from dunning.fact import Fact
from dunning.plan_facts import PlanFact


@dataclass(frozen=True, kw_only=True)
class CustomerRecorded(Fact):
    """What the ledger says of a customer now. Closures are first and last days without work."""

    kind: Literal["customer_recorded"] = "customer_recorded"
    customer: str
    name: str
    country: str = ""
    subdivision: str = ""
    timezone: str = ""
    locale: str = ""
    segment: str = ""
    entity: str = ""
    policy: str = ""
    closures: tuple[tuple[date, date], ...] = ()
    contacts: tuple[Contact, ...] = ()
    # What the customer is to the law of late payment: business, public, consumer or not known.
    debtor: Literal["", "business", "public", "consumer"] = ""
    # Who of the team collects from the customer; empty when nobody is named.
    collector: str = ""


@dataclass(frozen=True, kw_only=True)
class CustomerPaused(Fact):
    """A person stopped every cadence of the customer until the end of the day `until`."""

    kind: Literal["customer_paused"] = "customer_paused"
    reason: str
    until: date
    note: str = ""
    reply: str = ""


@dataclass(frozen=True, kw_only=True)
class CustomerResumed(Fact):
    """A person lifted the customer's pause."""

    kind: Literal["customer_resumed"] = "customer_resumed"
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class HoldPlaced(Fact):
    """Everything stops until a person lifts it: a lawyer, an insolvency, hardship, a complaint.

    `code` is `LEGAL_…`, `HARDSHIP`, `COMPLAINT`, `SECURITY` or `DO_NOT_AUTOMATE`.
    """

    kind: Literal["hold_placed"] = "hold_placed"
    hold: str
    code: str
    why: str
    reply: str = ""


@dataclass(frozen=True, kw_only=True)
class HoldLifted(Fact):
    """A person lifted a hold."""

    kind: Literal["hold_lifted"] = "hold_lifted"
    hold: str
    reason: str


StandingFact = CustomerRecorded | CustomerPaused | CustomerResumed | HoldPlaced | HoldLifted
CustomerFact = StandingFact | ContactFact | ReplyFact | PlanFact
