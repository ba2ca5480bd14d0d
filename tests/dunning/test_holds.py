from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from dunning import facts
from dunning.business_days import BusinessCalendar
from dunning.customer_facts import CustomerPaused
from dunning.dispute_facts import DisputeOpened
from dunning.facts import InvoiceFact
from dunning.next_step import plan
from dunning.promise_facts import PromiseMade
from dunning.situation import Plan, Situation
from dunning.steps import SendTouch, Wait
from tests.dunning.following import following
from tests.dunning.worlds import (
    LONDON,
    PERSON,
    QUILL,
    WEEKEND,
    case,
    done_until,
    euros,
    moment,
    opened,
    seen,
)

NOW = moment("5 Jun 10:00")


def _paused(until: date, at: datetime = NOW) -> facts.Paused:
    return facts.Paused(at=at, by=PERSON, reason="customer_request", until=until)


def _promised(on: date) -> PromiseMade:
    return PromiseMade(at=NOW, by=PERSON, amount=euros("1200.00"), promised_on=on)


def _escalated() -> facts.Escalated:
    return facts.Escalated(at=NOW, by=PERSON, to_role="controller", hold=True)


def _disputed() -> DisputeOpened:
    return DisputeOpened(at=NOW, by=PERSON, dispute="D1", reason="price")


def _held(*history: InvoiceFact, now: datetime = NOW) -> Wait:
    step = plan(seen(case(*done_until("reminder"), *history), now)).step
    assert isinstance(step, Wait), step
    return step


def test_a_paused_case_is_silent_to_the_end_of_its_last_day() -> None:
    held = _held(_paused(date(2026, 6, 15)))

    assert held.code == "PAUSE_customer_request"
    assert held.at == LONDON.moment(date(2026, 6, 16), datetime.min.time())
    assert _held(_paused(date(2026, 6, 15)), now=moment("15 Jun 23:59")).code == held.code


def test_the_day_after_a_pause_is_free() -> None:
    paused = case(*done_until("reminder"), _paused(date(2026, 6, 15)))
    step = plan(seen(paused, moment("16 Jun 00:00"))).step
    assert isinstance(step, SendTouch)

    assert LONDON.local_date(step.at) == date(2026, 6, 16)


def test_a_pause_ends_where_the_customer_lives() -> None:
    far_east = BusinessCalendar("Pacific/Kiritimati", WEEKEND, frozenset())
    known = case(*done_until("reminder"), _paused(date(2026, 6, 15)))
    over = moment("16 Jun 00:00", "Pacific/Kiritimati")

    assert isinstance(plan(seen(known, over - timedelta(minutes=1), calendar=far_east)).step, Wait)
    assert isinstance(plan(seen(known, over, calendar=far_east)).step, SendTouch)


def test_a_paused_customer_is_not_written_to_about_any_invoice() -> None:
    pause = CustomerPaused(at=NOW, by=PERSON, reason="hardship", until=date(2026, 6, 15))
    known = case(*done_until("reminder"))
    held = plan(seen(known, NOW, customer=replace(QUILL, pause=pause))).step
    free = plan(seen(known, moment("16 Jun"), customer=replace(QUILL, pause=pause))).step

    assert isinstance(held, Wait)
    assert held.code == "PAUSE_hardship"
    assert isinstance(free, SendTouch)


def test_a_customer_resumed_today_hears_from_us_tomorrow() -> None:
    resumed = replace(QUILL, resumed_at=moment("12 Jun 09:00"))
    step = plan(seen(case(*done_until("reminder")), moment("12 Jun 09:00"), customer=resumed)).step
    assert isinstance(step, SendTouch)

    assert LONDON.local_date(step.at) == date(2026, 6, 15)


def test_an_escalated_case_is_silent_until_somebody_decides() -> None:
    held = _held(_escalated())

    assert (held.code, held.at) == ("ESCALATED", None)


@pytest.mark.parametrize(
    ("history", "code"),
    [
        ([_paused(date(2026, 6, 10)), _promised(date(2026, 6, 30))], "PROMISE"),
        ([_paused(date(2026, 7, 30)), _promised(date(2026, 6, 10))], "PAUSE_customer_request"),
        ([_paused(date(2026, 7, 30)), _escalated()], "ESCALATED"),
        ([_paused(date(2026, 7, 30)), _disputed()], "DISPUTE"),
    ],
)
def test_the_hold_that_lasts_longest_is_named(history: list[InvoiceFact], code: str) -> None:
    assert _held(*history).code == code


def _reasons(planned: Plan) -> dict[str, str]:
    return {remark.step: remark.code for remark in planned.remarks}


def _situation(*history: InvoiceFact) -> Situation:
    return seen(case(*done_until("reminder"), *history), NOW)


def test_every_step_whose_day_falls_into_a_pause_says_so() -> None:
    # Request on 11 June, its text message on the 15th, the call on the 18th.
    reasons = _reasons(plan(_situation(_paused(date(2026, 6, 17)))))

    assert reasons == dict.fromkeys(["request", "request_sms"], "PAUSE_customer_request")


def test_a_hold_without_an_end_is_the_reason_of_all_that_lies_ahead() -> None:
    reasons = _reasons(plan(_situation(_escalated())))

    assert set(reasons.values()) == {"ESCALATED"}
    assert next(iter(reasons)) == "request"
    assert list(reasons)[-1] == "decide"


def test_a_reason_is_said_once() -> None:
    world = following()
    world.until(moment("5 Jun"))
    world.record(_paused(date(2026, 6, 17)))
    world.plan()
    said = len(world.history)
    world.plan()

    assert len(world.history) == said


def test_a_held_invoice_is_not_even_sent_for_the_first_time() -> None:
    world = following(opened(distributed=False))
    world.record(_paused(date(2026, 5, 12), at=world.now))
    world.until(moment("12 May 23:00"))
    silent = list(world.messages)
    world.until(moment("14 May"))

    assert silent == []
    assert world.tell() == ["13 May issue 0"]
