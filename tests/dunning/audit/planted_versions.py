"""What is planted in the versions of the policies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from dunning.policy_version_facts import (
    PolicyActivated,
    PolicyAdopted,
    PolicyApproved,
    PolicyDrafted,
    PolicyRolledBack,
    PolicySimulated,
    PolicyVersionFact,
)
from tests.dunning.audit.plant_books import Books, Plant

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)
ADOPTED = PolicyAdopted(at=NOON - A_DAY, by="duncan", version=1, content="one")
DRAFTED = PolicyDrafted(at=NOON, by="ada", version=2, content="two", based_on=1)
SIMULATED = PolicySimulated(
    at=NOON,
    by="ada",
    version=2,
    against=1,
    as_of=NOON,
    days=14,
    touches=2,
    touches_before=1,
    newly_contacted=1,
    levels_skipped=0,
    result="result",
)
APPROVED = PolicyApproved(at=NOON, by="bea", version=2)
ACTIVATED = PolicyActivated(
    at=NOON, by="bea", version=2, effective_at=NOON + A_MINUTE, first_wave=100
)
BACK = PolicyRolledBack(
    at=NOON + A_DAY,
    by="bea",
    version=3,
    content="one",
    restores=1,
    effective_at=NOON + A_DAY + A_MINUTE,
    reason="complaints",
)
# As it should be: two people, a simulation, a moment that lies ahead, and the way back.
CLEAN: tuple[PolicyVersionFact, ...] = (ADOPTED, DRAFTED, SIMULATED, APPROVED, ACTIVATED, BACK)


def _wrong(wrong: PolicyVersionFact, right: PolicyVersionFact | None = None) -> Plant:
    """The clean history of versions with one fact that is wrong."""
    right = right or next(fact for fact in CLEAN if fact.kind == wrong.kind)
    return _planted(*(wrong if fact is right else fact for fact in CLEAN))


def _without(gone: PolicyVersionFact) -> Plant:
    """The clean history of versions without one fact."""
    return _planted(*(fact for fact in CLEAN if fact is not gone))


def _damaged(content: str) -> Plant:
    """A kept content that is not what it was."""

    def plant(books: Books) -> str | None:
        planted = _planted(*CLEAN)(books)
        books.around = replace(books.around, damaged=frozenset({content}))
        return planted

    return plant


def _planted(*facts: PolicyVersionFact) -> Plant:
    def plant(books: Books) -> str | None:
        # Before the last of them was recorded, nothing of it is there to be found.
        if books.ends < NOON + 2 * A_DAY:
            return None
        books.around = replace(books.around, versions=facts)
        return ""

    return plant


VERSION_PLANTS: dict[str, tuple[Plant, str, str]] = {
    "own draft approved": (_wrong(replace(APPROVED, by=" Ada")), "A19", "SAME_PERSON"),
    "approved by no person": (_wrong(replace(APPROVED, by="duncan")), "A19", "SAME_PERSON"),
    "activated without approval": (_without(APPROVED), "A19", "NOT_APPROVED"),
    "activated without simulation": (_without(SIMULATED), "A19", "NOT_SIMULATED"),
    "simulated long before": (
        _wrong(replace(SIMULATED, at=NOON - A_DAY - A_MINUTE)),
        "A19",
        "NOT_SIMULATED",
    ),
    "effective before approval": (
        _wrong(replace(ACTIVATED, effective_at=NOON - A_MINUTE)),
        "A19",
        "BACKDATED",
    ),
    "never drafted": (_without(DRAFTED), "A19", "NOT_DRAFTED"),
    "way back into the past": (_wrong(replace(BACK, effective_at=NOON)), "A19", "BACKDATED"),
    "way back to something new": (_wrong(replace(BACK, content="new")), "A19", "NOT_RESTORED"),
    "way back by no person": (_wrong(replace(BACK, by="duncan")), "A19", "NOBODY"),
    "adopted instead of decided": (
        _wrong(replace(ADOPTED, version=3, at=NOON + A_DAY), BACK),
        "A19",
        "ADOPTED_LATE",
    ),
    "files of a version changed": (_damaged("two"), "A19", "CONTENT_CHANGED"),
    "simulation changed": (_damaged("result"), "A19", "CONTENT_CHANGED"),
}
