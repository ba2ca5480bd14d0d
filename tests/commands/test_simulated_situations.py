"""What a simulation asks the rulebook with: worked out once, and again where it may differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from activities.planning import Planner
from commands.simulation.situations import Situations
from dunning.case import Case
from dunning.customer import Customer
from dunning.replacing import replace
from dunning.situation import Situation
from tests.dunning.following import following
from tests.dunning.worlds import moment

NOW, LATER = moment("17 Jul"), moment("18 Jul")
WORLD = following().situation


@dataclass
class _Planner:
    """Notes the moments at which a situation is worked out."""

    experiments: object = None
    versions: object = None
    asked: list[datetime] = field(default_factory=list)

    def situation(self, case: Case, customer: Customer, now: datetime) -> Situation:
        self.asked.append(now)
        return replace(WORLD, case=case, customer=customer, now=now)


def _version_of(version: Callable[[datetime], object]) -> SimpleNamespace:
    return SimpleNamespace(in_force=version)


V1, V2 = SimpleNamespace(waves=()), SimpleNamespace(waves=())
IN_WAVES = SimpleNamespace(waves=(7,))


def _asked_at(planner: _Planner, *moments: datetime) -> list[datetime]:
    situations = Situations(cast("Planner", planner))
    for now in moments:
        found = situations.of(WORLD.case, WORLD.customer, now)

        assert (found.case, found.now) == (WORLD.case, now)
        assert found.today == WORLD.calendar.local_date(now)
    return planner.asked


def test_moments_under_one_version_share_policy_and_calendar() -> None:
    assert _asked_at(_Planner(), NOW, LATER) == [NOW]
    assert _asked_at(_Planner(versions=_version_of(lambda _: V1)), NOW, LATER) == [NOW]


@pytest.mark.parametrize(
    "planner",
    [
        _Planner(versions=_version_of(lambda now: V1 if now < LATER else V2)),
        _Planner(versions=_version_of(lambda _: IN_WAVES)),
        _Planner(experiments=object()),
    ],
    ids=["a new version", "waves", "experiments"],
)
def test_what_may_differ_is_worked_out_at_each_moment(planner: _Planner) -> None:
    assert _asked_at(planner, NOW, LATER) == [NOW, LATER]


def test_a_new_year_has_its_own_calendar() -> None:
    next_year = NOW + timedelta(days=365)

    assert _asked_at(_Planner(), NOW, next_year) == [NOW, next_year]


def test_other_facts_of_a_customer_are_seen_at_once() -> None:
    planner, customer = _Planner(), replace(WORLD.customer, name="Quill & Sons")
    situations = Situations(cast("Planner", planner))
    situations.of(WORLD.case, WORLD.customer, NOW)

    assert situations.of(WORLD.case, customer, NOW).customer is customer
    assert situations.of(replace(WORLD.case, policy="other"), customer, NOW).case.policy == "other"
    assert len(planner.asked) == 3
