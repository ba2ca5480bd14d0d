"""A proposal: what one person asks for and another decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dunning.money import Money
from dunning.proposal_facts import Proposable, ProposalDecided, ProposalMade
from dunning.replacing import replace

PLAN_APPROVAL = "plan_approval"
# What people are asked to decide.
APPROVALS = (
    "promise_approval",
    "write_off_approval",
    "hand_over_approval",
    "credit_hold_approval",
    PLAN_APPROVAL,
)


@dataclass(frozen=True)
class Proposal:
    """What `by` asks the role for; open until it has an outcome."""

    what: Proposable
    role: str
    reason: str
    by: str
    at: datetime
    to: str = ""
    amount: Money | None = None
    promised_on: date | None = None
    outcome: str = ""
    waiver: str = ""

    @classmethod
    def of(cls, fact: ProposalMade) -> Proposal:
        """The proposal a fact made."""
        return cls(
            fact.what,
            fact.role,
            fact.reason,
            fact.by,
            fact.at,
            fact.to,
            fact.amount,
            fact.promised_on,
            waiver=fact.waiver,
        )

    @property
    def task(self) -> str:
        """What the task that asks for the decision is called."""
        return approval_of(self.what)

    def after(self, fact: ProposalDecided) -> Proposal:
        """The proposal after a decision, which may be about another one."""
        mine = fact.what == self.what and not self.outcome
        return replace(self, outcome=fact.outcome) if mine else self


def approval_of(what: str) -> str:
    """The kind of task that asks for the decision."""
    return f"{what}_approval"


def open_proposal(proposals: Sequence[Proposal], what: str) -> Proposal | None:
    """The proposal of this kind that nobody decided yet."""
    return next((one for one in reversed(proposals) if one.what == what and not one.outcome), None)


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's, however they are written."""
    return one.strip().casefold() == other.strip().casefold()
