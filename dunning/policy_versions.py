"""Versions of the policies: which one is in force at a moment, and what may be done with one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from dunning.policy_version_facts import (
    PolicyActivated,
    PolicyAdopted,
    PolicyApproved,
    PolicyDrafted,
    PolicyRolledBack,
    PolicySimulated,
    PolicyTookEffect,
    PolicyVersionFact,
    PolicyWithdrawn,
    Wave,
)

# What was adopted at the first start had always been in force.
EVER = datetime.min.replace(tzinfo=UTC)
# A version takes effect so long after its activation: whatever began before it ends under the old.
NOTICE = timedelta(minutes=1)
PLACES = 2**32


@dataclass(frozen=True)
class PolicyVersion:
    """A version as its facts tell it."""

    version: int
    content: str
    author: str
    made_at: datetime
    note: str = ""
    based_on: int = 0
    restores: int = 0
    simulated: PolicySimulated | None = None
    approved_by: str = ""
    approved_at: datetime | None = None
    effective_at: datetime | None = None
    first_wave: int = 0
    waves: tuple[Wave, ...] = ()
    took_effect: bool = False
    withdrawn_by: str = ""

    def opens_for(self, customer: str) -> datetime | None:
        """From when the customer may be newly contacted because of it; None: from the start."""
        place = place_of(self.version, customer)
        found = next((wave for wave in self.waves if place < wave.below), None)
        return found.opens if found and found is not self.waves[0] else None

    def state(self, now: datetime, in_force: int) -> str:
        """One word: in_force, replaced, scheduled, approved, drafted or withdrawn."""
        if self.withdrawn_by:
            return "withdrawn"
        if self.version == in_force:
            return "in_force"
        if self.effective_at is not None:
            return "replaced" if self.effective_at <= now else "scheduled"
        return "approved" if self.approved_by else "drafted"


def fold_versions(history: Iterable[PolicyVersionFact]) -> tuple[PolicyVersion, ...]:
    """The versions in the order of their numbers."""
    found: dict[int, PolicyVersion] = {}
    for fact in history:
        if isinstance(fact, PolicyAdopted | PolicyDrafted | PolicyRolledBack):
            found[fact.version] = _made(fact)
        else:
            found[fact.version] = _changed(found[fact.version], fact)
    return tuple(found[number] for number in sorted(found))


def in_force(versions: Sequence[PolicyVersion], now: datetime) -> PolicyVersion | None:
    """The version that decides at the moment; None before anything was adopted."""
    known = [one for one in versions if one.effective_at and not one.withdrawn_by]
    begun = [one for one in known if one.effective_at and one.effective_at <= now]
    return max(begun, key=lambda one: (one.effective_at, one.version), default=None)


def scheduled(versions: Sequence[PolicyVersion], now: datetime) -> PolicyVersion | None:
    """The activated version that still waits for its moment."""
    waits = (v for v in versions if v.effective_at and v.effective_at > now and not v.withdrawn_by)
    return next(waits, None)


def place_of(version: int, customer: str) -> int:
    """The customer's place in the waves of a version, from 0 to 2**32, always the same."""
    digest = hashlib.sha256(f"{version}/{customer}".encode()).digest()
    return int.from_bytes(digest[:4], "big")


def _made(fact: PolicyAdopted | PolicyDrafted | PolicyRolledBack) -> PolicyVersion:
    made = PolicyVersion(fact.version, fact.content, fact.by, fact.at)
    match fact:
        case PolicyAdopted():
            return replace(made, note=fact.note, effective_at=EVER, took_effect=True)
        case PolicyDrafted():
            return replace(made, note=fact.note, based_on=fact.based_on)
        case PolicyRolledBack():
            came = fact.effective_at
            return replace(made, note=fact.reason, restores=fact.restores, effective_at=came)


def _changed(one: PolicyVersion, fact: PolicyVersionFact) -> PolicyVersion:
    match fact:
        case PolicySimulated():
            return replace(one, simulated=fact)
        case PolicyApproved():
            return replace(one, approved_by=fact.by, approved_at=fact.at)
        case PolicyActivated():
            found = replace(one, effective_at=fact.effective_at, waves=fact.waves)
            return replace(found, first_wave=fact.first_wave)
        case PolicyWithdrawn():
            return replace(one, withdrawn_by=fact.by)
        case PolicyTookEffect():
            return replace(one, took_effect=True)
        case _:
            return one
