"""Versions of the policies: who may do what with one, and which is in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.policies.waves import waves_for
from dunning.may import NotAllowed
from dunning.may_policy import may_activate, may_approve, may_roll_back, may_withdraw
from dunning.policy_version_facts import (
    PolicyActivated,
    PolicyAdopted,
    PolicyApproved,
    PolicyDrafted,
    PolicyRolledBack,
    PolicySimulated,
    PolicyVersionFact,
    PolicyWithdrawn,
    Wave,
)
from dunning.policy_versions import NOTICE, PolicyVersion, fold_versions, in_force, place_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
A_DAY = timedelta(days=1)
ADOPTED = PolicyAdopted(at=NOON, by="duncan", version=1, content="one")
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
ACTIVATED = PolicyActivated(at=NOON, by="bea", version=2, effective_at=NOON + A_DAY, first_wave=100)
WITHDRAWN = PolicyWithdrawn(at=NOON, by="ada", version=2, reason="a mistake")
BACK = PolicyRolledBack(
    at=NOON + 2 * A_DAY,
    by="bea",
    version=3,
    content="one",
    restores=1,
    effective_at=NOON + 2 * A_DAY + NOTICE,
    reason="complaints",
)


def versions(*facts: PolicyVersionFact) -> tuple[PolicyVersion, ...]:
    return fold_versions([ADOPTED, *facts])


def number_in_force(now: datetime, *facts: PolicyVersionFact) -> int:
    found = in_force(versions(*facts), now)
    assert found is not None
    return found.version


def test_what_was_adopted_always_was_in_force() -> None:
    assert number_in_force(datetime(1999, 1, 1, tzinfo=UTC)) == 1
    assert in_force((), NOON) is None


def test_a_version_is_in_force_from_its_moment_on_and_not_before() -> None:
    moment = ACTIVATED.effective_at

    assert number_in_force(moment - timedelta(microseconds=1), DRAFTED, ACTIVATED) == 1
    assert number_in_force(moment, DRAFTED, ACTIVATED) == 2


def test_a_withdrawn_version_never_comes_into_force() -> None:
    assert number_in_force(NOON + 9 * A_DAY, DRAFTED, ACTIVATED, WITHDRAWN) == 1


def test_the_way_back_brings_the_content_back_as_a_new_version() -> None:
    found = in_force(versions(DRAFTED, ACTIVATED, BACK), BACK.effective_at)

    assert found is not None
    assert (found.version, found.content, found.restores) == (3, "one", 1)


@pytest.mark.parametrize("author", ["ada", "Ada", " ada "])
def test_nobody_approves_what_they_drafted(author: str) -> None:
    with pytest.raises(NotAllowed, match="another person has to approve it"):
        may_approve(versions(DRAFTED)[1], author)
    may_approve(versions(DRAFTED)[1], "bea")


def test_a_version_is_approved_once() -> None:
    with pytest.raises(NotAllowed, match="approved by bea already"):
        may_approve(versions(DRAFTED, APPROVED)[1], "eve")


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ((SIMULATED,), "not approved"),
        ((APPROVED,), "not simulated"),
        ((APPROVED, replace(SIMULATED, at=NOON - A_DAY)), "more than a day ago"),
        ((APPROVED, replace(SIMULATED, against=7)), "no longer in force"),
        ((APPROVED, SIMULATED, WITHDRAWN), "withdrawn by ada"),
        ((APPROVED, SIMULATED, ACTIVATED), "activated already"),
    ],
    ids=["approval", "simulation", "old", "against another", "withdrawn", "twice"],
)
def test_what_is_missing_refuses_the_activation(
    facts: tuple[PolicyVersionFact, ...], why: str
) -> None:
    found = versions(DRAFTED, *facts)

    with pytest.raises(NotAllowed, match=why):
        may_activate(found, found[1], NOON + timedelta(seconds=1))


def test_approved_and_simulated_today_is_enough() -> None:
    found = versions(DRAFTED, SIMULATED, APPROVED)

    may_activate(found, found[1], NOON + A_DAY)


def test_only_one_version_waits_for_its_moment() -> None:
    third = replace(DRAFTED, version=3)
    found = versions(
        DRAFTED,
        ACTIVATED,
        third,
        replace(SIMULATED, version=3),
        replace(APPROVED, version=3),
    )

    with pytest.raises(NotAllowed, match="Version 2 takes effect"):
        may_activate(found, found[2], NOON)
    with pytest.raises(NotAllowed, match="Version 2 takes effect"):
        may_roll_back(found, NOON)


def test_a_version_in_force_is_not_withdrawn() -> None:
    mine = versions(DRAFTED, ACTIVATED)[1]

    may_withdraw(mine, ACTIVATED.effective_at - NOTICE - timedelta(seconds=1))
    with pytest.raises(NotAllowed, match="the way back is a rollback"):
        may_withdraw(mine, ACTIVATED.effective_at - NOTICE)


def test_there_is_no_way_back_before_the_first_change() -> None:
    with pytest.raises(NotAllowed, match="no earlier version"):
        may_roll_back(versions(DRAFTED), NOON)


def test_the_way_back_leads_to_any_version_that_was_in_force_and_to_no_other() -> None:
    known = versions(DRAFTED, ACTIVATED, replace(BACK, version=3), replace(DRAFTED, version=4))
    now = BACK.effective_at + A_DAY

    assert may_roll_back(known, now).version == 2
    assert may_roll_back(known, now, to=1).version == 1
    with pytest.raises(NotAllowed, match="Version 4 was never in force"):
        may_roll_back(known, now, to=4)


@given(st.integers(1, 400), st.integers(1, 60), st.integers(2, 9))
def test_no_wave_is_larger_than_the_first_may_be(count: int, at_once: int, version: int) -> None:
    customers = {f"C-{number}" for number in range(count)}
    waves = waves_for(version, customers, at_once, NOON, lambda at, n: at + n * A_DAY)
    opened = replace(versions(DRAFTED)[1], version=version, waves=waves)
    by_opening: dict[datetime | None, int] = {}
    for customer in customers:
        opens = opened.opens_for(customer)
        by_opening[opens] = by_opening.get(opens, 0) + 1

    assert max(by_opening.values()) <= at_once
    assert len(by_opening) == -(-count // at_once)
    assert by_opening.get(None, 0) == min(at_once, count)
    assert bool(waves) == (count > at_once)


def test_a_customer_nobody_counted_has_a_wave_as_well() -> None:
    waves = (Wave(2**31, NOON), Wave(2**32, NOON + A_DAY))
    opened = replace(versions(DRAFTED)[1], waves=waves)
    later = {opened.opens_for(f"new-{number}") for number in range(64)}

    assert later == {None, NOON + A_DAY}
    assert place_of(2, "C-1") != place_of(3, "C-1")
