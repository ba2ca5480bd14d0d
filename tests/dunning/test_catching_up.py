from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunning import facts
from dunning.steps import SendTouch
from tests.dunning.following import following
from tests.dunning.worlds import LONDON, PERSON, POLICIES, STANDARD, moment, opened, step_of


def test_an_old_invoice_begins_with_the_first_reminder_the_day_after_it_came_in() -> None:
    world = following(opened(at=moment("20 Jul 08:00")))
    world.until(moment("21 Jul 18:00"))

    assert world.tell() == ["20 Jul courtesy EXPIRED", "21 Jul reminder 1"]


def test_an_old_invoice_climbs_one_level_a_week_and_skips_none() -> None:
    world = following(opened(at=moment("20 Jul 08:00")))
    world.until(moment("31 Aug"))

    assert world.tell()[1:] == [
        "21 Jul reminder 1",
        "28 Jul request 2",
        "30 Jul request_sms 2",
        "04 Aug call call",
        "11 Aug firm 3",
        "17 Aug escalate escalation",
        "24 Aug formal_notice approve",
    ]


def test_an_invoice_that_came_in_on_a_friday_is_first_spoken_of_on_monday() -> None:
    world = following(opened(at=moment("24 Jul 08:00")))
    world.until(moment("28 Jul"))

    assert world.tell()[-1] == "27 Jul reminder 1"


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("days_late", [1, 30, 400])
def test_levels_climb_one_by_one_however_late_an_invoice_comes(name: str, days_late: int) -> None:
    came = moment("1 Jun 08:00") + timedelta(days=days_late)
    world = following(opened(at=came), policy=POLICIES[name])
    world.until(came + timedelta(days=200))
    levels = [message.touch.level for message in world.messages]
    days = [message.on for message in world.messages]

    assert levels == sorted(levels)
    assert set(levels) <= {0, *range(1, max(levels, default=0) + 1)}
    assert len(set(days)) == len(days)


def test_what_came_late_says_why() -> None:
    world = following(opened(at=moment("20 Jul 08:00")))
    world.until(moment("20 Jul 09:00"))
    withheld = world.case.latest_withheld("reminder")

    assert withheld is not None
    assert (withheld.code, withheld.why) == ("ENROLLED_LATE", "followed since 2026-07-20 only")


def test_a_step_of_the_very_day_the_invoice_came_in_is_not_late() -> None:
    world = following(opened(at=moment("4 Jun 08:00")))
    world.until(moment("4 Jun 18:00"))

    assert world.tell() == ["04 Jun courtesy EXPIRED", "04 Jun reminder 1"]
    assert world.case.latest_withheld("reminder") is None


def _pause(world_day: str, until: date) -> facts.Paused:
    return facts.Paused(at=moment(world_day), by=PERSON, reason="internal_query", until=until)


def test_after_a_pause_the_next_step_comes_on_the_next_business_day() -> None:
    world = following()
    world.until(moment("5 Jun"))
    world.record(_pause("5 Jun", date(2026, 6, 26)))
    world.until(moment("1 Jul"))

    # The pause ends on a Friday.
    assert world.tell()[2:] == ["29 Jun request 2"]


def test_a_resume_never_sends_on_the_same_day() -> None:
    world = following()
    world.until(moment("5 Jun"))
    world.record(_pause("5 Jun", date(2026, 7, 26)))
    world.until(moment("22 Jun 09:05"))
    world.record(facts.Resumed(at=world.now, by=PERSON))
    step = world.plan()
    assert isinstance(step, SendTouch)

    assert (step.step, LONDON.local_date(step.at)) == ("request", date(2026, 6, 23))


def test_a_resume_on_friday_speaks_on_monday() -> None:
    world = following()
    world.until(moment("5 Jun"))
    world.record(_pause("5 Jun", date(2026, 7, 26)))
    world.until(moment("19 Jun 09:05"))
    world.record(facts.Resumed(at=world.now, by=PERSON))
    world.until(moment("22 Jun 18:00"))

    assert world.tell()[2:] == ["22 Jun request 2"]


def test_what_a_pause_left_behind_does_not_come_in_a_burst() -> None:
    world = following()
    world.until(moment("5 Jun"))
    world.record(_pause("5 Jun", date(2026, 6, 26)))
    world.until(moment("15 Jul"))

    assert world.tell()[2:] == [
        "29 Jun request 2",
        "01 Jul request_sms 2",
        "06 Jul call call",
        "13 Jul firm 3",
    ]


def test_of_two_late_letters_of_the_same_tone_only_the_later_is_sent() -> None:
    again = replace(step_of("reminder"), id="reminder_again", day=8)
    steps = (*STANDARD.steps[:2], again, *STANDARD.steps[2:])
    world = following(opened(at=moment("20 Jul 08:00")), policy=replace(STANDARD, steps=steps))
    world.until(moment("21 Jul 18:00"))

    assert world.tell()[1:] == ["20 Jul reminder SUPERSEDED", "21 Jul reminder_again 1"]
