"""Facts about disputes: opened, given to an owner, waiting, credited, resolved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dunning.fact import Fact
from dunning.money import Money


@dataclass(frozen=True, kw_only=True)
class DisputeOpened(Fact):
    """The customer disputes the invoice, or `amount` of it.

    `again` when a person lets the customer dispute on a ground that was raised before.
    """

    kind: Literal["dispute_opened"] = "dispute_opened"
    dispute: str
    reason: str
    amount: Money | None = None
    note: str = ""
    reply: str = ""
    again: bool = False


@dataclass(frozen=True, kw_only=True)
class DisputeAssigned(Fact):
    """Somebody now has to find out: `owner` is a role such as sales, logistics, tax, pricing."""

    kind: Literal["dispute_assigned"] = "dispute_assigned"
    dispute: str
    owner: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class DisputeAcknowledged(Fact):
    """The owner has seen the dispute and works on it."""

    kind: Literal["dispute_acknowledged"] = "dispute_acknowledged"
    dispute: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class DisputeReminded(Fact):
    """A role, the owner or who it was escalated to, was reminded that the dispute is open."""

    kind: Literal["dispute_reminded"] = "dispute_reminded"
    dispute: str
    owner: str
    why: str


@dataclass(frozen=True, kw_only=True)
class DisputeEscalated(Fact):
    """The time the policy gives was over, so the manager was told: `role` now answers for it."""

    kind: Literal["dispute_escalated"] = "dispute_escalated"
    dispute: str
    role: str
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
    """The owner would give up `amount`; `role` has to approve it, or nobody when it is empty."""

    kind: Literal["credit_proposed"] = "credit_proposed"
    dispute: str
    amount: Money
    role: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class CreditApproved(Fact):
    """Another person than the one who proposed the credit agreed to it, as a `role`."""

    kind: Literal["credit_approved"] = "credit_approved"
    dispute: str
    role: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class CreditDeclined(Fact):
    """The proposed credit is not given; the dispute is its owner's again."""

    kind: Literal["credit_declined"] = "credit_declined"
    dispute: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class DisputeResolved(Fact):
    """A dispute ended; see `dunning/dispute.py` for the outcomes.

    `credited` is what the customer need not pay, when money was given up.
    """

    kind: Literal["dispute_resolved"] = "dispute_resolved"
    dispute: str
    outcome: str
    credited: Money | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class DisputeReleased(Fact):
    """The days of grace after a dispute are over: what was upheld is asked for again."""

    kind: Literal["dispute_released"] = "dispute_released"
    dispute: str
    why: str


DisputeFact = (
    DisputeOpened
    | DisputeAssigned
    | DisputeAcknowledged
    | DisputeReminded
    | DisputeEscalated
    | DisputeWaiting
    | EvidenceAdded
    | CreditProposed
    | CreditApproved
    | CreditDeclined
    | DisputeResolved
    | DisputeReleased
)
