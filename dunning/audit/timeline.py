"""What was in force when: the versions of the policies in their order."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dunning.audit.terms import PoliciesInForce, recorded_at
from dunning.audit.trials import Trial, tried
from dunning.customer_facts import CustomerFact
from dunning.facts import InvoiceOpened
from dunning.policy import Policy
from dunning.policy_version_facts import (
    PolicyActivated,
    PolicyAdopted,
    PolicyDrafted,
    PolicyRolledBack,
    PolicyVersionFact,
    PolicyWithdrawn,
    Wave,
)

EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Reign:
    """A version and the moment from which on it is in force."""

    since: datetime
    version: int
    content: str
    waves: tuple[Wave, ...] = ()

    def opens_for(self, customer: str) -> datetime:
        """From when on it may newly contact the customer."""
        digest = hashlib.sha256(f"{self.version}/{customer}".encode()).digest()
        place = int.from_bytes(digest[:4], "big")
        return next((wave.opens for wave in self.waves if place < wave.below), self.since)


@dataclass(frozen=True)
class Timeline:
    """What was in force when: reigns in their order, each with its policies and tables."""

    reigns: Sequence[tuple[Reign, PoliciesInForce]]
    # From when on facts say which version they followed; None where none is kept.
    kept_since: datetime | None = None
    trials: Sequence[Trial] = ()

    @classmethod
    def always(cls, terms: PoliciesInForce) -> Timeline:
        """The same policies at every moment."""
        return cls([(Reign(EVER, 0, ""), terms)])

    @property
    def changes(self) -> list[datetime]:
        """The moments at which other policies came into force."""
        stops = (trial.stopped_at for trial in self.trials if trial.stopped_at)
        return sorted({*(reign.since for reign, _ in self.reigns[1:]), *stops})

    def terms_at(self, at: datetime) -> PoliciesInForce:
        """The policies in force; before the first, the first."""
        return self.reigns[self._place(at)][1]

    def reign_at(self, at: datetime) -> Reign | None:
        """The version in force, None before the first."""
        reign = self.reigns[self._place(at)][0]
        return reign if reign.since <= at else None

    def terms_before(self, at: datetime) -> PoliciesInForce:
        """The policies that were in force before those of the moment."""
        return self.reigns[max(0, self._place(at) - 1)][1]

    def _place(self, at: datetime) -> int:
        if len(self.reigns) == 1:
            return 0
        return max(0, bisect_right([reign.since for reign, _ in self.reigns], at) - 1)


@dataclass(frozen=True)
class Following:
    """What one invoice follows, by what the ledger said of it and of its customer."""

    timeline: Timeline
    opened: InvoiceOpened
    history: Sequence[CustomerFact]

    def at(self, named: str, at: datetime) -> Policy:
        """The policy at a moment, when the ledger names one for the invoice (or "")."""
        return self._policy(self.timeline.terms_at(at), named, at)

    def before(self, named: str, at: datetime) -> Policy:
        """What it would follow at the moment if the version in force had not come."""
        return self._policy(self.timeline.terms_before(at), named, at)

    def _policy(self, terms: PoliciesInForce, named: str, at: datetime) -> Policy:
        recorded, opened = recorded_at(self.history, at), self.opened
        policy = terms.policies[terms.of(named, opened.entity, opened.customer, recorded)]
        return tried(policy, self.timeline.trials, opened, recorded, at)


def reigns_of(history: Sequence[PolicyVersionFact]) -> list[Reign]:
    """Every version that was ever in force, by the moment it came into force."""
    contents = {
        fact.version: fact.content
        for fact in history
        if isinstance(fact, PolicyAdopted | PolicyDrafted | PolicyRolledBack)
    }
    found: dict[int, Reign] = {}
    for fact in history:
        match fact:
            case PolicyAdopted():
                # What is adopted while nothing is followed replaces what was adopted before.
                found = {fact.version: Reign(EVER, fact.version, fact.content)}
            case PolicyActivated() | PolicyRolledBack():
                waves = fact.waves if isinstance(fact, PolicyActivated) else ()
                content = contents.get(fact.version, "")
                found[fact.version] = Reign(fact.effective_at, fact.version, content, waves)
            case PolicyWithdrawn():
                # What is in force already cannot be withdrawn.
                if fact.version in found and found[fact.version].since > fact.at:
                    del found[fact.version]
    return sorted(found.values(), key=lambda one: (one.since, one.version))
