"""An adjustment that one person asks for and another decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dunning.adjustment_facts import AdjustmentProposed, AskedFor
from dunning.money import Money


@dataclass(frozen=True)
class Asked:
    """An adjustment that somebody asked for; open until it has an outcome, then done or not."""

    adjustment: str
    what: AskedFor
    amount: Money
    role: str
    reason: str
    to: str
    by: str
    at: datetime
    outcome: str = ""
    decided_by: str = ""
    done: bool = False

    @property
    def is_approved(self) -> bool:
        """Whether another person agreed and it was not done yet."""
        return self.outcome == "approved" and not self.done

    @property
    def waits(self) -> bool:
        """Whether a decision is missing, or what was decided is still to be done."""
        return not self.outcome or self.is_approved

    @classmethod
    def of(cls, fact: AdjustmentProposed) -> Asked:
        """What a fact asks for."""
        return cls(
            fact.adjustment,
            fact.what,
            fact.amount,
            fact.role,
            fact.reason,
            fact.to,
            fact.by,
            fact.at,
        )
