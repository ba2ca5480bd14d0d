from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunning import touch_facts
from dunning.at_the_door import RecentTouch
from dunning.moot import moot_tasks
from dunning.steps import AskAssociate, SendTouch, Wait
from tests.dunning.following import Following, following
from tests.dunning.worlds import LONDON, PERSON, moment, opened


def _ask(world: Following) -> None:
    world.record(touch_facts.SendRequested(at=world.now, by=PERSON))


def _asked(at: str) -> Following:
    world = following()
    world.until(moment(at))
    _ask(world)
    return world


def test_the_next_touch_goes_out_at_the_next_opening() -> None:
    world = _asked("8 Jun 18:00")
    step = world.plan()
    assert isinstance(step, SendTouch)

    assert (step.step, step.requested) == ("request", True)
    assert LONDON.local_date(step.at) == date(2026, 6, 9)


def test_the_cadence_goes_on_from_what_was_sent_early() -> None:
    world = _asked("8 Jun 18:00")
    world.until(moment("18 Jun 18:00"))

    assert world.tell()[2:] == ["09 Jun request 2", "15 Jun request_sms 2", "18 Jun call call"]


def test_a_person_does_not_wait_for_the_distance_between_levels() -> None:
    world = _asked("4 Jun 18:00")
    world.until(moment("5 Jun 18:00"))

    assert world.tell()[1:] == ["04 Jun reminder 1", "05 Jun request 2"]


def test_the_day_of_another_message_is_waited_for_not_tried_again_and_again() -> None:
    world = _asked("4 Jun 14:00")
    world.until(moment("5 Jun 18:00"))
    withheld = [one for one in world.case.withheld if one.step == "request"]

    assert world.tell()[1:] == ["04 Jun reminder 1", "05 Jun request 2"]
    assert [one.code for one in withheld] == ["CAP"]


def test_a_full_cap_is_respected_even_when_a_person_asks() -> None:
    world = following()
    world.until(moment("4 Jun 18:00"))
    world.recent.append(RecentTouch("email", moment("3 Jun 10:00")))
    _ask(world)
    world.until(moment("9 Jun 23:00"))
    before = len(world.messages)
    world.until(moment("10 Jun 18:00"))

    # Two e-mails in seven days: the one of 3 June has to leave the window first.
    assert before == 2
    assert world.tell()[2:] == ["10 Jun request 2"]


def test_a_request_that_cannot_be_met_within_a_week_ends() -> None:
    world = following()
    world.until(moment("5 Jun"))
    _ask(world)
    world.calendar = replace(LONDON, closures=((date(2026, 6, 5), date(2026, 6, 14)),))
    step = world.plan()
    assert isinstance(step, SendTouch)

    assert (step.requested, LONDON.local_date(step.at)) == (False, date(2026, 6, 15))


def test_a_letter_sent_early_does_not_stand_for_the_call_before_it() -> None:
    world = _asked("16 Jun 09:00")
    world.until(moment("30 Jun"))

    assert world.tell()[4:] == ["16 Jun firm 3", "22 Jun call call"]


def test_a_call_that_is_due_does_not_wait_for_a_letter_somebody_asked_for() -> None:
    world = _asked("17 Jun 18:00")
    world.recent += [RecentTouch("email", moment(f"{day} Jun 10:00")) for day in (16, 17)]
    world.until(moment("25 Jun"))

    assert world.tell()[4:] == ["18 Jun call call", "23 Jun firm 3"]


def test_a_request_is_not_lost_when_an_older_step_has_expired() -> None:
    world = following(opened(at=moment("25 May 08:00")))
    world.now = moment("3 Jun 08:00")
    _ask(world)
    world.until(moment("3 Jun 18:00"))

    assert world.tell() == ["03 Jun courtesy EXPIRED", "03 Jun reminder 1"]


def test_a_letter_that_needs_approval_is_asked_for() -> None:
    world = _asked("2 Jul 09:30")
    step = world.plan()

    assert isinstance(step, AskAssociate)
    assert (step.step, step.what) == ("formal_notice", "approve")


@pytest.mark.parametrize("asked", ["1 Sep 09:30", "1 Sep 18:00"])
def test_the_last_letter_can_be_asked_for_again_after_its_approval_lapsed(asked: str) -> None:
    world = _asked(asked)
    waiting = world.until(moment("3 Sep"))
    still_asked = [moot for moot in moot_tasks(world.situation) if moot.task.at > moment("1 Sep")]
    world.record(touch_facts.TouchApproved(at=world.now, by=PERSON, step="final_notice"))
    world.until(moment("4 Sep 18:00"))

    assert isinstance(waiting, Wait)
    assert waiting.at is not None
    assert waiting.at > moment("3 Sep")
    assert still_asked == []
    assert world.tell()[-1] == "03 Sep final_notice 4"


def test_what_nobody_can_receive_ends_the_request() -> None:
    world = following()
    world.until(moment("5 Jun 09:00"))
    world.customer = replace(world.customer, contacts=())
    _ask(world)
    world.until(moment("5 Jun 18:00"))

    assert world.tell()[2:] == ["05 Jun request NO_CONTACT", "05 Jun request contact"]
    assert world.case.send_requested_at is None


def test_an_old_request_is_forgotten() -> None:
    world = _asked("5 Jun 18:00")
    world.now += timedelta(days=8)
    step = world.plan()
    assert isinstance(step, SendTouch)

    assert not step.requested
