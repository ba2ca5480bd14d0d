"""Versions of the policies under audit: clean ones pass, everything planted is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dunning import touch_facts
from dunning.audit.account import Period, Surroundings
from dunning.audit.auditor import Auditor
from dunning.audit.finding import Finding
from dunning.audit.terms import PoliciesInForce
from dunning.audit.timeline import EVER, Reign, Timeline, reigns_of
from dunning.policy_version_facts import PolicyActivated, PolicyAdopted, PolicyWithdrawn, Wave
from tests.dunning.audit.auditing import TERMS
from tests.dunning.audit.histories import household
from tests.dunning.audit.plant_books import Books
from tests.dunning.audit.planted_versions import ACTIVATED, BACK, CLEAN, NOON, VERSION_PLANTS
from tests.dunning.worlds import LONDON

A_DAY = timedelta(days=1)
LATER = datetime(2026, 12, 31, tzinfo=UTC)


def found_in(books: Books, timeline: Timeline | None = None) -> list[Finding]:
    period = Period(date(2026, 1, 1), date(2026, 12, 31), books.ends + timedelta(hours=1))
    auditor = Auditor(period, timeline or TERMS, books.around)
    auditor.account(books.account, books.followed)
    return [one for one in auditor.end().sorted_findings() if one.test == "A19"]


def books_of(seed: int = 1, **changes: object) -> Books:
    books = Books.of(household(seed, eventful=False))
    books.around = Surroundings(LONDON, **changes)  # type: ignore[arg-type]  # Its own fields.
    return books


def test_a_change_by_two_people_is_no_finding_and_is_listed() -> None:
    books = books_of(versions=CLEAN)
    period = Period(date(2026, 3, 1), date(2026, 3, 31), LATER)
    auditor = Auditor(period, TERMS, books.around)
    tally = auditor.end()

    assert tally.findings == []
    assert tally.checked["A19"] == len(CLEAN)
    assert "2026-03-03: version 2 approved, by bea" in tally.listed["A19"]


@pytest.mark.parametrize("kind", VERSION_PLANTS)
def test_what_is_wrong_with_a_version_is_found(kind: str) -> None:
    plant, test, code = VERSION_PLANTS[kind]
    books = books_of()
    planted = plant(books)

    assert planted is not None
    assert {(one.test, one.code) for one in found_in(books)} == {(test, code)}


def test_what_is_recorded_after_the_period_is_not_looked_at() -> None:
    books = books_of(versions=CLEAN, damaged=frozenset())
    period = Period(date(2026, 2, 1), date(2026, 2, 28), NOON - 2 * A_DAY)
    tally = Auditor(period, TERMS, books.around).end()

    assert (tally.checked["A19"], tally.listed) == (0, {})


def test_versions_come_into_force_one_after_the_other() -> None:
    assert [(one.version, one.since) for one in reigns_of(CLEAN)] == [
        (1, EVER),
        (2, ACTIVATED.effective_at),
        (3, BACK.effective_at),
    ]


def test_a_withdrawn_version_never_was_in_force_unless_it_was_already() -> None:
    early = PolicyWithdrawn(at=NOON, by="ada", version=2, reason="x")
    late = PolicyWithdrawn(at=NOON + A_DAY, by="ada", version=2, reason="x")

    assert [one.version for one in reigns_of([*CLEAN[:5], early])] == [1]
    assert [one.version for one in reigns_of([*CLEAN[:5], late])] == [1, 2]


def test_what_is_adopted_again_replaces_what_was_adopted() -> None:
    again = PolicyAdopted(at=NOON, by="duncan", version=2, content="two")

    assert [one.version for one in reigns_of([CLEAN[0], again])] == [2]


def first_touch(books: Books) -> touch_facts.TouchStarted:
    sent = (f for one in books.followed for f in one.history)
    return next(f for f in sent if isinstance(f, touch_facts.TouchStarted) and f.level > 0)


def test_a_touch_says_under_which_version_it_was_made() -> None:
    books = books_of()
    timeline = Timeline([(Reign(EVER, 1, "one"), TERMS)], kept_since=EVER)
    found = found_in(books, timeline)

    # The histories of these tests keep no version, so every touch lacks its own.
    assert {one.code for one in found} == {"OTHER_VERSION"}
    assert found_in(books, Timeline(timeline.reigns, kept_since=LATER)) == []


def test_a_touch_before_any_version_is_found() -> None:
    books = books_of()
    timeline = Timeline([(Reign(LATER, 1, "one"), TERMS)])

    assert {one.code for one in found_in(books, timeline)} == {"NO_VERSION"}


def test_a_touch_that_only_the_new_version_brings_waits_for_its_wave() -> None:
    books = books_of()
    touch = first_touch(books)
    since, opens = touch.at - timedelta(minutes=1), touch.at + timedelta(minutes=1)
    empty = _without(touch.step)
    waves = (Wave(0, since), Wave(2**32, opens))
    early = Timeline([(Reign(EVER, 1, "one"), empty), (Reign(since, 2, "two", waves), TERMS)])
    in_time = Timeline([(Reign(EVER, 1, "one"), empty), (Reign(since, 2, "two"), TERMS)])
    same = Timeline([(Reign(EVER, 1, "one"), TERMS), (Reign(since, 2, "two", waves), TERMS)])

    assert "BEFORE_WAVE" in {one.code for one in found_in(books, early)}
    assert "BEFORE_WAVE" not in {one.code for one in found_in(books, in_time)}
    assert "BEFORE_WAVE" not in {one.code for one in found_in(books, same)}


def _without(step: str) -> PoliciesInForce:
    """The policies without a step."""
    shorter = {
        name: replace(one, steps=tuple(s for s in one.steps if s.id != step))
        for name, one in TERMS.policies.items()
    }
    return replace(TERMS, policies=shorter)


def test_waves_are_recomputed_from_the_fact_alone() -> None:
    waves = (Wave(2**31, NOON), Wave(2**32, NOON + A_DAY))
    activated = PolicyActivated(
        at=NOON, by="bea", version=2, effective_at=NOON, first_wave=1, waves=waves
    )
    reign = reigns_of([*CLEAN[:4], activated])[-1]
    opens = {reign.opens_for(f"C-{number}") for number in range(64)}

    assert opens == {NOON, NOON + A_DAY}
