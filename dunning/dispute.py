"""A dispute: what it is about, who has to find out, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from dunning import dispute_facts
from dunning.dispute_facts import DisputeFact, DisputeOpened
from dunning.money import Money


@dataclass(frozen=True)
class Dispute:
    """A dispute about `amount`, or about the whole invoice."""

    dispute: str
    reason: str
    amount: Money | None
    at: datetime
    owner: str = ""
    waiting_on: str = "owner"
    # When what it waits for changed: the customer's time does not count against the owner.
    turns: tuple[tuple[datetime, str], ...] = ()
    reminded: tuple[tuple[datetime, str], ...] = ()
    evidence: tuple[str, ...] = ()
    proposal: dispute_facts.CreditProposed | None = None
    outcome: str = ""
    credited: Money | None = None

    @classmethod
    def of(cls, fact: DisputeOpened) -> Dispute:
        """The dispute a fact began."""
        return cls(fact.dispute, fact.reason, fact.amount, fact.at)

    @property
    def is_open(self) -> bool:
        """Whether nobody resolved it yet."""
        return not self.outcome

    def after(self, fact: DisputeFact) -> Dispute:  # noqa: PLR0911 - one line a fact
        """The dispute after one more fact, which may be that of another one."""
        if fact.dispute != self.dispute:
            return self
        match fact:
            case DisputeOpened():
                raise AssertionError("a dispute opens once")
            case dispute_facts.DisputeAssigned():
                return replace(self, owner=fact.owner)
            case dispute_facts.DisputeReminded():
                return replace(self, reminded=(*self.reminded, (fact.at, fact.owner)))
            case dispute_facts.DisputeWaiting():
                turns = (*self.turns, (fact.at, fact.on))
                return replace(self, waiting_on=fact.on, turns=turns)
            case dispute_facts.EvidenceAdded():
                return replace(self, evidence=(*self.evidence, fact.digest))
            case dispute_facts.CreditProposed():
                return replace(self, proposal=fact)
            case dispute_facts.DisputeResolved():
                return replace(self, outcome=fact.outcome, credited=fact.credited)
            case _:
                assert_never(fact)
