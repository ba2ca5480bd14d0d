"""Versions of the policies: whether each came into force by the hands of two people."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from dunning.audit.tally import Tally
from dunning.audit.timeline import reigns_of
from dunning.policy_version_facts import (
    PolicyActivated,
    PolicyAdopted,
    PolicyApproved,
    PolicyDrafted,
    PolicyRolledBack,
    PolicySimulated,
    PolicyTookEffect,
    PolicyVersionFact,
)

A_DAY = timedelta(days=1)
MACHINES = ("", "duncan", "import")


class _Said(NamedTuple):
    code: str
    fact: PolicyVersionFact
    why: str


def check_versions(
    history: Sequence[PolicyVersionFact], damaged: Collection[str], tally: Tally
) -> None:
    """A19: every change was drafted, simulated and approved by another before it took effect.

    `damaged` are the SHA-256 of kept contents that are missing or say something else.
    """
    for code, fact, why in (*_changes(history), *_contents(history, damaged)):
        tally.find("A19", code, "", "", fact.at.date(), fact.kind, why)
    for fact in history:
        tally.check("A19", fact.at.date())
        if tally.period.has(fact.at.date()) and not isinstance(fact, PolicyTookEffect):
            tally.list_of("A19", f"{fact.at.date()}: {_told(fact)}, by {fact.by}")


def _changes(history: Sequence[PolicyVersionFact]) -> Iterator[_Said]:
    for number, fact in enumerate(history):
        before = history[:number]
        match fact:
            case PolicyApproved():
                yield from _approval(fact, before)
            case PolicyActivated():
                yield from _activation(fact, before)
            case PolicyRolledBack():
                yield from _way_back(fact, before)
            case PolicyAdopted() if any(not isinstance(one, PolicyAdopted) for one in before):
                yield _Said("ADOPTED_LATE", fact, f"version {fact.version} was never decided on")


def _approval(fact: PolicyApproved, before: Sequence[PolicyVersionFact]) -> Iterator[_Said]:
    drafted = [f for f in before if isinstance(f, PolicyDrafted) and f.version == fact.version]
    if not drafted:
        yield _Said("NOT_DRAFTED", fact, f"version {fact.version} was approved, never drafted")
    elif _name(drafted[-1].by) == _name(fact.by) or fact.by in MACHINES:
        why = f"version {fact.version} was drafted and approved by {fact.by or 'no person'}"
        yield _Said("SAME_PERSON", fact, why)


def _activation(fact: PolicyActivated, before: Sequence[PolicyVersionFact]) -> Iterator[_Said]:
    version = f"version {fact.version}"
    drafted = [f for f in before if isinstance(f, PolicyDrafted) and f.version == fact.version]
    approved = [f for f in before if isinstance(f, PolicyApproved) and f.version == fact.version]
    if not drafted:
        yield _Said("NOT_DRAFTED", fact, f"{version} was activated, never drafted")
    if not approved:
        yield _Said("NOT_APPROVED", fact, f"{version} was activated without approval")
    if fact.effective_at < max([fact.at, *(one.at for one in approved)]):
        yield _Said("BACKDATED", fact, f"{version} counts from before it was activated")
    played = [f for f in before if isinstance(f, PolicySimulated) and f.version == fact.version]
    if not any(fact.at - one.at <= A_DAY for one in played):
        why = f"{version} was activated without a simulation in the day before"
        yield _Said("NOT_SIMULATED", fact, why)


def _way_back(fact: PolicyRolledBack, before: Sequence[PolicyVersionFact]) -> Iterator[_Said]:
    was = {one.version: one.content for one in reigns_of(before) if one.since <= fact.at}
    if was.get(fact.restores) != fact.content:
        why = f"version {fact.version} is not what version {fact.restores} was"
        yield _Said("NOT_RESTORED", fact, why)
    if fact.effective_at < fact.at:
        yield _Said("BACKDATED", fact, f"version {fact.version} counts from before it was made")
    if fact.by in MACHINES:
        yield _Said("NOBODY", fact, f"version {fact.version} was brought back by no person")


def _contents(history: Sequence[PolicyVersionFact], damaged: Collection[str]) -> Iterator[_Said]:
    for fact in history:
        match fact:
            case PolicyAdopted() | PolicyDrafted() | PolicyRolledBack():
                if fact.content in damaged:
                    why = f"the kept content of version {fact.version} is not what was recorded"
                    yield _Said("CONTENT_CHANGED", fact, why)
            case PolicySimulated():
                if fact.result in damaged:
                    why = f"the kept simulation of version {fact.version} was changed"
                    yield _Said("CONTENT_CHANGED", fact, why)


def _told(fact: PolicyVersionFact) -> str:
    what = fact.kind.removeprefix("policy_").replace("_", " ")
    more = f" from {fact.effective_at:%Y-%m-%d}" if isinstance(fact, PolicyActivated) else ""
    return f"version {fact.version} {what}{more}"


def _name(person: str) -> str:
    return person.strip().casefold()
