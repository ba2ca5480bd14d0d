"""A dispute: what it is about, who has to find out, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from dunning import dispute_facts
from dunning.dispute_facts import DisputeFact, DisputeOpened
from dunning.money import Money
from dunning.replacing import replace

# What customers dispute, the usual reason codes of the field.
REASONS = (
    "price",
    "quantity",
    "quality",
    "damage",
    "not_received",
    "duplicate",
    "not_ours",
    "tax",
    "po_missing",
    "other",
)
# How people end a dispute.
OUTCOMES = ("credited", "upheld", "split", "withdrawn")
# How a dispute ends because nothing is left to dispute: paid or credited, or no longer followed.
OVERTAKEN = ("settled", "written_off", "handed_over")
# After these the customer still owes a part of what was disputed, and has days of grace.
_GRACIOUS = ("upheld", "split")


def dispute_name(invoice: str, number: int) -> str:
    """The name of an invoice's dispute, such as ``INV-7/1``."""
    return f"{invoice}/{number}"


def invoice_of_dispute(dispute: str) -> str:
    """The invoice a dispute's name belongs to."""
    return dispute.rpartition("/")[0]


@dataclass(frozen=True)
class Dispute:
    """A dispute about `amount`, or about the whole invoice."""

    dispute: str
    reason: str
    amount: Money | None
    at: datetime
    owner: str = ""
    acknowledged_at: datetime | None = None
    waiting_on: str = "owner"
    # When what it waits for changed: the customer's time does not count against the owner.
    turns: tuple[tuple[datetime, str], ...] = ()
    reminded: tuple[tuple[datetime, str], ...] = ()
    escalated: tuple[tuple[datetime, str], ...] = ()
    evidence: tuple[str, ...] = ()
    proposal: dispute_facts.CreditProposed | None = None
    approved: bool = False
    outcome: str = ""
    credited: Money | None = None
    resolved_at: datetime | None = None
    released: bool = False

    @classmethod
    def of(cls, fact: DisputeOpened) -> Dispute:
        """The dispute a fact began."""
        return cls(fact.dispute, fact.reason, fact.amount, fact.at)

    @property
    def is_open(self) -> bool:
        """Whether nobody resolved it yet."""
        return not self.outcome

    @property
    def has_grace(self) -> bool:
        """Whether it is resolved and the customer still has days of grace to pay."""
        return self.outcome in _GRACIOUS and not self.released

    @property
    def holds(self) -> bool:
        """Whether its amount is not asked for: while it is open and in the days of grace."""
        return self.is_open or self.has_grace

    @property
    def held(self) -> Money | None:
        """What it holds while it holds; None for the whole balance."""
        if self.amount is None or self.credited is None:
            return self.amount
        return self.amount - self.credited

    @property
    def undecided(self) -> dispute_facts.CreditProposed | None:
        """The proposed credit that waits for approval."""
        waits = self.proposal is not None and self.proposal.role and not self.approved
        return self.proposal if waits else None

    @property
    def agreed(self) -> Money | None:
        """The credit that may be given: approved, or within the limit of who proposed it."""
        return None if self.proposal is None or self.undecided else self.proposal.amount

    def after(self, fact: DisputeFact) -> Dispute:
        """The dispute after one more fact, which may be that of another one."""
        if fact.dispute != self.dispute:
            return self
        return self._worked_on(fact)

    def _worked_on(self, fact: DisputeFact) -> Dispute:  # noqa: C901, PLR0911, PLR0912 - one line a fact
        match fact:
            case DisputeOpened():
                raise AssertionError("a dispute opens once")
            case dispute_facts.DisputeAssigned():
                return replace(self, owner=fact.owner)
            case dispute_facts.DisputeAcknowledged():
                return self._acknowledged(fact.at)
            case dispute_facts.DisputeReminded():
                return replace(self, reminded=(*self.reminded, (fact.at, fact.owner)))
            case dispute_facts.DisputeEscalated():
                return replace(self, escalated=(*self.escalated, (fact.at, fact.role)))
            case dispute_facts.DisputeWaiting():
                return self._waiting(fact)
            case dispute_facts.EvidenceAdded():
                return self._acknowledged(fact.at, evidence=(*self.evidence, fact.digest))
            case dispute_facts.CreditProposed():
                return self._acknowledged(fact.at, proposal=fact, approved=False)
            case dispute_facts.CreditApproved():
                return replace(self, approved=True)
            case dispute_facts.CreditDeclined():
                return replace(self, proposal=None)
            case dispute_facts.DisputeResolved():
                ended = replace(self, outcome=fact.outcome, credited=fact.credited)
                return replace(ended, resolved_at=fact.at)
            case dispute_facts.DisputeReleased():
                return replace(self, released=True)
            case _:
                assert_never(fact)

    def _waiting(self, fact: dispute_facts.DisputeWaiting) -> Dispute:
        turns = (*self.turns, (fact.at, fact.on))
        if fact.on == "owner":
            return replace(self, waiting_on=fact.on, turns=turns)
        # Whoever asks the customer has seen the dispute.
        return self._acknowledged(fact.at, waiting_on=fact.on, turns=turns)

    def _acknowledged(self, at: datetime, **changes: object) -> Dispute:
        seen = self.acknowledged_at or at
        return replace(self, acknowledged_at=seen, **changes)  # type: ignore[arg-type]  # Its own fields, by name.
