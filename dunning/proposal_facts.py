"""Facts about what a second person has to agree to: proposed by one, decided by another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from dunning.fact import Fact
from dunning.money import Money

Proposable = Literal["promise", "write_off", "hand_over", "credit_hold"]


@dataclass(frozen=True, kw_only=True)
class ProposalMade(Fact):
    """Somebody asks for what only the `role`, another person, may agree to.

    `amount` and `promised_on` belong to a promise beyond the policy, `to` to a hand-over.
    """

    kind: Literal["proposal_made"] = "proposal_made"
    what: Proposable
    role: str
    reason: str
    to: str = ""
    amount: Money | None = None
    promised_on: date | None = None
    # Why a write-off does not wait for its cadence.
    waiver: str = ""


@dataclass(frozen=True, kw_only=True)
class ProposalDecided(Fact):
    """What became of the open proposal: `approved`, `declined`, or `lapsed` with its case."""

    kind: Literal["proposal_decided"] = "proposal_decided"
    what: Proposable
    outcome: str
    note: str = ""


ProposalFact = ProposalMade | ProposalDecided
