from __future__ import annotations

from datetime import date, timedelta

import pytest

from dunning import lapse
from dunning.lapse import after_lapse
from dunning.next_step import plan
from dunning.situation import Plan
from dunning.steps import AskAssociate, SendTouch, Wait
from dunning.touch_facts import TouchApproved
from tests.dunning.following import Following, following
from tests.dunning.worlds import LONDON, PERSON, moment


def _asked() -> tuple[Following, Plan]:
    """The formal notice waits for approval until 30 July."""
    world = following()
    world.until(moment("17 Jul"))
    return world, plan(world.situation)


def test_what_follows_a_letter_nobody_approves_is_known_before() -> None:
    world, waiting = _asked()
    step = after_lapse(world.situation, waiting).step

    assert isinstance(waiting.step, Wait)
    assert isinstance(step, AskAssociate)
    assert (step.step, step.what) == ("final_notice", "approve")
    assert LONDON.local_date(step.at) == date(2026, 7, 31)


def test_the_step_that_was_known_before_is_the_one_planned_at_its_moment() -> None:
    world, waiting = _asked()
    known = after_lapse(world.situation, waiting).step
    assert isinstance(known, AskAssociate)
    world.now = known.at
    planned = plan(world.situation)

    assert planned.step == known
    assert (planned.remarks[0].step, planned.remarks[0].code) == ("formal_notice", "NO_APPROVAL")


def test_an_approval_in_time_still_sends_the_letter() -> None:
    world, _ = _asked()
    world.record(TouchApproved(at=world.now, by=PERSON, step="formal_notice"))
    planned = plan(world.situation)

    assert after_lapse(world.situation, planned) == planned
    assert isinstance(planned.step, SendTouch)


def test_what_follows_much_later_is_not_carried_to(monkeypatch: pytest.MonkeyPatch) -> None:
    world, waiting = _asked()
    monkeypatch.setattr(lapse, "SOON_ENOUGH", timedelta(hours=1))

    assert after_lapse(world.situation, waiting) == waiting


def test_no_other_wait_is_carried_through() -> None:
    world, waiting = _asked()
    assert isinstance(waiting.step, Wait)
    paused = Plan(Wait(at=waiting.step.at, code="PAUSE_goodwill", why="paused"))

    assert after_lapse(world.situation, paused) == paused
