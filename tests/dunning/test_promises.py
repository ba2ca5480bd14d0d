from __future__ import annotations

from datetime import date

import pytest

from dunning import facts
from dunning.business_days import BusinessCalendar
from dunning.next_step import plan
from dunning.promise_facts import PromiseMade
from dunning.steps import SendTouch, Wait
from tests.dunning.following import following
from tests.dunning.promising import SILENT, pay, with_promise
from tests.dunning.worlds import LONDON, PERSON, WEEKEND, euros, moment


def test_a_promise_is_waited_for_and_two_business_days_more() -> None:
    world = with_promise(date(2026, 6, 19))
    held = world.until(moment("23 Jun 23:00"))

    assert isinstance(held, Wait)
    assert held.code == "PROMISE"
    # The promised Friday, then Monday and Tuesday of grace.
    assert held.at == LONDON.moment(date(2026, 6, 24), moment("1 Jun 00:00").min.time())
    assert len(world.messages) == 2


def test_a_broken_promise_is_followed_by_the_next_step_within_a_business_day() -> None:
    world = with_promise(date(2026, 6, 19))
    world.until(moment("25 Jun"))

    assert world.tell()[2:] == ["24 Jun request 2"]


def test_grace_does_not_count_days_nobody_works() -> None:
    holidays = BusinessCalendar("Europe/London", WEEKEND, frozenset({date(2026, 6, 22)}))
    world = with_promise(date(2026, 6, 19))
    world.calendar = holidays
    world.until(moment("30 Jun"))

    assert world.tell()[2] == "25 Jun request 2"


def test_a_promise_kept_in_part_for_that_part_only_is_no_promise_kept() -> None:
    world = with_promise(date(2026, 6, 19))
    pay(world, "1199.99")

    assert isinstance(plan(world.situation).step, Wait)


def test_a_promised_part_that_came_frees_the_rest_for_the_cadence() -> None:
    world = with_promise(date(2026, 6, 30), amount="500.00")
    pay(world, "500.00")
    step = plan(world.situation).step
    assert isinstance(step, SendTouch)

    assert (step.step, LONDON.local_date(step.at)) == ("request", date(2026, 6, 11))


def test_what_was_paid_before_the_promise_does_not_keep_it() -> None:
    world = following(policy=SILENT)
    world.until(moment("5 Jun"))
    pay(world, "600.00")
    promise = PromiseMade(
        at=world.now, by=PERSON, amount=euros("600.00"), promised_on=date(2026, 6, 19)
    )
    world.record(promise)

    assert isinstance(plan(world.situation).step, Wait)


def test_a_second_promise_takes_the_place_of_the_first() -> None:
    world = with_promise(date(2026, 6, 19))
    world.until(moment("22 Jun"))
    world.record(
        PromiseMade(at=world.now, by=PERSON, amount=euros("1200.00"), promised_on=date(2026, 6, 30))
    )
    world.until(moment("2 Jul 23:00"))
    silent = len(world.messages)
    world.until(moment("3 Jul 18:00"))

    assert silent == 2
    assert world.tell()[2:] == ["03 Jul request 2"]


@pytest.mark.parametrize("hour", ["00:00", "09:00", "23:59"])
def test_on_the_last_day_of_grace_nobody_is_written_to(hour: str) -> None:
    world = with_promise(date(2026, 6, 19))
    world.until(moment(f"23 Jun {hour}"))

    assert isinstance(plan(world.situation).step, Wait)


def test_a_resume_lifts_the_promise() -> None:
    world = with_promise(date(2026, 6, 30))
    world.until(moment("10 Jun"))
    world.record(facts.Resumed(at=world.now, by=PERSON))
    world.until(moment("12 Jun"))

    assert world.tell()[2:] == ["11 Jun request 2"]


def test_a_promised_payment_that_bounces_breaks_the_promise() -> None:
    world = with_promise(date(2026, 6, 19))
    pay(world, "1200.00")
    bounced = facts.PaymentReversed(
        at=world.now, by="import", payment="P", amount=euros("1200.00"), on=date(2026, 6, 5)
    )
    world.record(bounced)
    world.until(moment("25 Jun"))

    assert world.tell()[2:] == ["24 Jun request 2"]
