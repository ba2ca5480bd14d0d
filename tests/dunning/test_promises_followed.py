from __future__ import annotations

from datetime import date, timedelta

import pytest

from dunning import facts
from dunning.next_step import plan
from dunning.promises import broken_in_a_row
from dunning.proposal_facts import ProposalMade
from dunning.steps import SendTouch, Wait
from tests.dunning.following import following
from tests.dunning.promising import SILENT, outcomes, pay, promise, with_promise
from tests.dunning.worlds import LONDON, PERSON, euros, moment


def test_the_second_broken_promise_in_a_row_is_the_next_role_s_affair_once() -> None:
    world = with_promise(date(2026, 6, 10))
    world.until(moment("15 Jun 20:00"))
    promise(world, date(2026, 6, 17))
    world.until(moment("26 Jun"))
    escalated = [fact for fact in world.history if isinstance(fact, facts.Escalated)]

    assert outcomes(world) == ["broken", "broken"]
    assert [(one.to_role, LONDON.local_date(one.at)) for one in escalated] == [
        ("ar_lead", date(2026, 6, 22))
    ]
    # People know, and the customer hears from us all the same.
    assert world.tell()[2:] == [
        "15 Jun request 2",
        "22 Jun broken_promises:2 escalation",
        "22 Jun request_sms 2",
    ]


def test_a_kept_promise_starts_the_count_anew() -> None:
    world = with_promise(date(2026, 6, 8))
    world.until(moment("12 Jun 20:00"))
    promise(world, date(2026, 6, 15), amount="100.00")
    pay(world, "100.00")
    world.until(moment("19 Jun 20:00"))
    promise(world, date(2026, 6, 22), amount="1100.00")
    world.until(moment("26 Jun"))

    assert outcomes(world) == ["broken", "kept", "broken"]
    assert broken_in_a_row(world.situation) == 1
    assert not any(isinstance(fact, facts.Escalated) for fact in world.history)


def test_after_a_broken_promise_the_next_step_does_not_wait_for_its_own_day() -> None:
    world = following(policy=SILENT)
    world.until(moment("16 Jun"))
    promise(world, date(2026, 6, 16))
    world.until(moment("20 Jun"))

    # The call is for the 18th of June, while the promise holds; the firm letter for the 25th.
    assert world.tell()[4:] == ["19 Jun call call"]

    world.until(moment("24 Jun"))

    assert world.tell()[5:] == []


def test_tone_keeps_its_distance_even_after_a_broken_promise() -> None:
    world = following(policy=SILENT)
    world.until(moment("4 Jun 20:00"))
    promise(world, date(2026, 6, 5))
    world.until(moment("12 Jun"))

    # Broken on the 10th, and the reminder was on the 4th.
    assert world.tell()[2:] == ["11 Jun request 2"]


def test_a_note_goes_out_on_the_business_day_before_and_once() -> None:
    world = following()
    world.until(moment("5 Jun"))
    promise(world, date(2026, 6, 15))
    held = plan(world.situation).step
    world.until(moment("17 Jun 23:00"))

    assert isinstance(held, SendTouch)
    assert (held.letter, held.level) == ("promise_reminder", 0)
    assert world.tell()[2:] == ["12 Jun promise:1 0"]
    assert world.case.level == 1


@pytest.mark.parametrize("days", [0, 1])
def test_no_note_about_a_promise_for_today_or_tomorrow(days: int) -> None:
    world = following()
    world.until(moment("8 Jun 07:00"))
    promise(world, world.situation.today + timedelta(days=days))
    world.until(moment("10 Jun 23:00"))

    assert world.tell()[2:] == []


def test_no_note_when_the_money_is_there_or_the_case_is_held_otherwise() -> None:
    paid, paused = (following() for _ in range(2))
    for world in (paid, paused):
        world.until(moment("5 Jun"))
        promise(world, date(2026, 6, 15))
    pay(paid, "1200.00")
    pause = facts.Paused(at=paused.now, by=PERSON, reason="goodwill", until=date(2026, 6, 14))
    paused.record(pause)
    for world in (paid, paused):
        world.until(moment("16 Jun 23:00"))

    assert paid.tell()[2:] == paused.tell()[2:] == []


def test_a_note_the_caps_forbid_on_its_day_is_not_sent_later() -> None:
    world = following()
    world.until(moment("5 Jun"))
    promise(world, date(2026, 6, 15))
    world.slots.add(("email", date(2026, 6, 12)))
    world.until(moment("17 Jun 23:00"))

    assert world.tell()[2:] == []
    assert [(one.step, one.code) for one in world.case.withheld][-1] == ("promise:1", "CAP")


def test_a_promise_beyond_the_policy_waits_silently_for_one_role_s_time() -> None:
    world = following()
    world.until(moment("10 Jun 20:00"))
    asked = ProposalMade(
        at=world.now,
        by=PERSON,
        what="promise",
        role="ar_lead",
        reason="late",
        amount=euros("1200.00"),
        promised_on=date(2026, 9, 1),
    )
    world.record(asked)
    held = plan(world.situation).step
    world.until(moment("20 Jun"))

    assert isinstance(held, Wait)
    assert held.code == "PROMISE"
    assert world.tell()[2:3] == ["16 Jun request 2"]
