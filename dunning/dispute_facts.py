"""Facts about disputes: opened, given to an owner, waiting, resolved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dunning.fact import Fact
from dunning.money import Money


@dataclass(frozen=True, kw_only=True)
class DisputeOpened(Fact):
    """The customer disputes the invoice, or `amount` of it."""

    kind: Literal["dispute_opened"] = "dispute_opened"
    dispute: str
    reason: str
    amount: Money | None = None
    note: str = ""
    reply: str = ""


@dataclass(frozen=True, kw_only=True)
class DisputeAssigned(Fact):
    """Somebody now has to find out: `owner` is a role such as sales, logistics, tax, pricing."""

    kind: Literal["dispute_assigned"] = "dispute_assigned"
    dispute: str
    owner: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class DisputeReminded(Fact):
    """The owner was reminded that the service level runs out or has run out."""

    kind: Literal["dispute_reminded"] = "dispute_reminded"
    dispute: str
    owner: str
    why: str


@dataclass(frozen=True, kw_only=True)
class DisputeWaiting(Fact):
    """The dispute waits for the `customer`, whose time does not count, or for its `owner` again."""

    kind: Literal["dispute_waiting"] = "dispute_waiting"
    dispute: str
    on: Literal["customer", "owner"]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class EvidenceAdded(Fact):
    """A file was added to a dispute; `digest` is its SHA-256."""

    kind: Literal["evidence_added"] = "evidence_added"
    dispute: str
    name: str
    digest: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class CreditProposed(Fact):
    """The owner would give up `amount`; `role` has to approve it."""

    kind: Literal["credit_proposed"] = "credit_proposed"
    dispute: str
    amount: Money
    role: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class DisputeResolved(Fact):
    """A dispute ended: `credited`, `upheld`, `split` or `withdrawn`.

    `credited` is what the customer need not pay, when money was given up.
    """

    kind: Literal["dispute_resolved"] = "dispute_resolved"
    dispute: str
    outcome: str
    credited: Money | None = None
    note: str = ""


DisputeFact = (
    DisputeOpened
    | DisputeAssigned
    | DisputeReminded
    | DisputeWaiting
    | EvidenceAdded
    | CreditProposed
    | DisputeResolved
)
