"""Facts about versions of the policies: drafted, simulated, approved, in force, taken back.

A version is everything that decides what a customer hears: policies, assignment, entities, sending
rules, letters and the documents that go with them. `content` is the SHA-256 of its manifest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dunning.fact import Fact

# All of them have one stream, so that two people never make the same version.
POLICY_STREAM = "policy:versions"


@dataclass(frozen=True)
class Wave:
    """Customers whose place is below `below` (0 to 2**32) may be newly contacted from `opens`."""

    below: int
    opens: datetime


@dataclass(frozen=True, kw_only=True)
class PolicyAdopted(Fact):
    """The files as an installation found them at its first start: what always was in force."""

    kind: Literal["policy_adopted"] = "policy_adopted"
    version: int
    content: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class PolicyDrafted(Fact):
    """A person wrote a new version; `based_on` is the one that was in force then."""

    kind: Literal["policy_drafted"] = "policy_drafted"
    version: int
    content: str
    based_on: int
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class PolicySimulated(Fact):
    """The version was played against the ledger and compared with version `against`.

    `result` is the SHA-256 of the whole result, which is kept.
    """

    kind: Literal["policy_simulated"] = "policy_simulated"
    version: int
    against: int
    as_of: datetime
    days: int
    touches: int
    touches_before: int
    newly_contacted: int
    levels_skipped: int
    result: str


@dataclass(frozen=True, kw_only=True)
class PolicyApproved(Fact):
    """Another person than the author approved the version."""

    kind: Literal["policy_approved"] = "policy_approved"
    version: int
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class PolicyActivated(Fact):
    """The version is in force from `effective_at` on; its waves spread whom it newly contacts."""

    kind: Literal["policy_activated"] = "policy_activated"
    version: int
    effective_at: datetime
    first_wave: int
    waves: tuple[Wave, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PolicyWithdrawn(Fact):
    """A person took the version back before it was ever in force."""

    kind: Literal["policy_withdrawn"] = "policy_withdrawn"
    version: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class PolicyRolledBack(Fact):
    """A person brought the content of version `restores` back as a new version."""

    kind: Literal["policy_rolled_back"] = "policy_rolled_back"
    version: int
    content: str
    restores: int
    effective_at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class PolicyTookEffect(Fact):
    """The version came into force, and so many open cases were woken because of it."""

    kind: Literal["policy_took_effect"] = "policy_took_effect"
    version: int
    cases: int


PolicyVersionFact = (
    PolicyAdopted
    | PolicyDrafted
    | PolicySimulated
    | PolicyApproved
    | PolicyActivated
    | PolicyWithdrawn
    | PolicyRolledBack
    | PolicyTookEffect
)
