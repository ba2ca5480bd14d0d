from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunning import facts
from dunning.business_days import BusinessCalendar
from dunning.next_step import plan
from dunning.steps import CloseCase, SendInvoice, SendTouch, Wait
from tests.dunning.following import following
from tests.dunning.worlds import (
    LONDON,
    PERSON,
    POLICIES,
    STANDARD,
    WEEKEND,
    case,
    done_until,
    euros,
    moment,
    opened,
    seen,
)

BEFORE_ANYTHING = [
    "27 May courtesy 0",
    "04 Jun reminder 1",
    "11 Jun request 2",
    "15 Jun request_sms 2",
    "18 Jun call call",
    "25 Jun firm 3",
    "01 Jul escalate escalation",
]


def test_an_invoice_nobody_pays_gets_every_step_on_its_day() -> None:
    world = following()
    world.until(moment("15 Jul"))

    assert world.tell() == BEFORE_ANYTHING


@pytest.mark.parametrize("name", POLICIES)
def test_every_shipped_cadence_ends_with_people(name: str) -> None:
    world = following(policy=POLICIES[name])
    last = world.until(moment("31 Dec"))

    assert isinstance(last, Wait)
    assert (last.code, last.at) == ("CADENCE_DONE", None)
    assert world.case.tasks[-1].step == POLICIES[name].steps[-1].id


def test_before_the_first_step_the_case_sleeps_until_the_customers_own_moment() -> None:
    step = plan(seen(case(), moment("5 May"))).step
    assert isinstance(step, SendTouch)

    assert (step.step, step.letter, step.level) == ("courtesy", "courtesy", 0)
    assert LONDON.local_date(step.at) == date(2026, 5, 27)
    assert LONDON.is_open(STANDARD.windows["email"], step.at)


def test_two_customers_are_not_written_to_in_the_same_minute() -> None:
    one, other = (plan(seen(case(customer=name), moment("5 May"))).step for name in ("C1", "C2"))
    assert isinstance(one, SendTouch)
    assert isinstance(other, SendTouch)

    assert one.at != other.at
    assert LONDON.local_date(one.at) == LONDON.local_date(other.at)


def test_a_step_whose_day_nobody_works_comes_on_the_next_business_day() -> None:
    holiday = BusinessCalendar("Europe/London", WEEKEND, frozenset({date(2026, 6, 4)}))
    world = following(calendar=holiday)
    world.until(moment("8 Jun"))

    assert world.tell()[-1] == "05 Jun reminder 1"


def test_a_closed_customer_is_not_written_to_before_it_opens_again() -> None:
    shut = replace(LONDON, closures=((date(2026, 6, 1), date(2026, 6, 19)),))
    world = following(calendar=shut)
    world.until(moment("26 Jun"))

    assert world.tell() == ["27 May courtesy 0", "22 Jun reminder 1"]


def test_after_a_closure_the_levels_still_come_a_week_apart() -> None:
    shut = replace(LONDON, closures=((date(2026, 6, 1), date(2026, 6, 19)),))
    world = following(calendar=shut)
    world.until(moment("10 Jul"))

    assert world.tell()[1:] == [
        "22 Jun reminder 1",
        "29 Jun request 2",
        "01 Jul request_sms 2",
        "06 Jul call call",
    ]


def test_a_courtesy_note_that_comes_too_late_is_passed_over_aloud() -> None:
    world = following(opened(at=moment("1 Jun 08:00")))
    world.until(moment("3 Jun"))

    assert world.tell() == ["01 Jun courtesy EXPIRED"]


def test_a_courtesy_note_planned_for_the_due_date_is_not_sent() -> None:
    shut = replace(LONDON, closures=((date(2026, 5, 20), date(2026, 5, 31)),))
    world = following(calendar=shut)
    world.until(moment("5 Jun"))

    assert world.tell() == ["01 Jun courtesy EXPIRED", "04 Jun reminder 1"]


def test_a_reminder_that_came_late_moves_the_next_level_by_a_week() -> None:
    late = BusinessCalendar("Europe/London", WEEKEND, frozenset({date(2026, 6, d) for d in (4, 5)}))
    world = following(calendar=late)
    world.until(moment("17 Jun 18:00"))

    assert world.tell()[1:] == ["08 Jun reminder 1", "15 Jun request 2", "17 Jun request_sms 2"]
    withheld = world.case.latest_withheld("request")
    assert withheld is not None
    assert withheld.code == "MIN_INTERVAL"


def test_levels_keep_their_days_even_with_work_for_people_in_between() -> None:
    easter = BusinessCalendar(
        "Europe/London", WEEKEND, frozenset({date(2026, 6, 2), date(2026, 6, 3), date(2026, 6, 4)})
    )
    high_risk = POLICIES["high_risk"]
    world = following(policy=high_risk, calendar=easter)
    world.until(moment("12 Jun"))

    assert world.tell()[1:] == ["05 Jun reminder 1", "08 Jun call call", "10 Jun request 2"]


def test_a_part_payment_keeps_the_level_and_the_next_day() -> None:
    world = following()
    world.until(moment("12 Jun"))
    paid = facts.PaymentApplied(
        at=world.now, by="import", payment="P", amount=euros("1000.00"), on=date(2026, 6, 12)
    )
    world.record(paid)
    world.until(moment("26 Jun"))

    assert world.tell()[3:] == BEFORE_ANYTHING[3:6]
    assert world.case.level == 3


def test_an_invoice_paid_is_closed_and_never_heard_of_again() -> None:
    world = following()
    world.until(moment("12 Jun"))
    paid = facts.PaymentApplied(
        at=world.now, by="import", payment="P", amount=euros("1200.00"), on=date(2026, 6, 12)
    )
    world.record(paid)
    last = world.until(moment("31 Dec"))

    assert isinstance(last, CloseCase)
    assert (last.code, len(world.messages)) == ("SETTLED", 3)


def test_a_payment_that_bounces_takes_the_cadence_up_where_it_stood() -> None:
    world = following()
    world.until(moment("12 Jun"))
    amount, day = euros("1200.00"), date(2026, 6, 12)
    world.record(
        facts.PaymentApplied(at=world.now, by="import", payment="P", amount=amount, on=day),
        facts.PaymentReversed(at=world.now, by="import", payment="P", amount=amount, on=day),
    )
    world.until(moment("26 Jun"))

    assert world.tell() == BEFORE_ANYTHING[:6]


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        (facts.WrittenOff(at=moment("12 Jun"), by=PERSON, reason="small"), "WRITTEN_OFF"),
        (facts.HandedOver(at=moment("12 Jun"), by=PERSON, to="Agency"), "HANDED_OVER"),
    ],
)
def test_what_was_given_up_or_handed_over_is_closed(
    fact: facts.WrittenOff | facts.HandedOver, code: str
) -> None:
    step = plan(seen(case(fact), moment("12 Jun"))).step

    assert isinstance(step, CloseCase)
    assert step.code == code


def test_an_invoice_nobody_sent_is_sent_before_anything_else() -> None:
    world = following(opened(distributed=False))
    world.until(moment("1 Jun"))

    assert world.tell() == ["05 May issue 0", "27 May courtesy 0"]


def test_an_invoice_is_not_sent_before_its_date() -> None:
    world = following(opened(distributed=False, issue_date=date(2026, 5, 11)))

    assert isinstance(world.next, SendInvoice)
    assert LONDON.local_date(world.next.at) == date(2026, 5, 11)


def test_a_later_due_date_moves_what_is_still_ahead_and_repeats_nothing() -> None:
    world = following()
    world.until(moment("5 Jun"))
    moved = facts.InvoiceAmended(
        at=world.now, by="import", amount=euros("1200.00"), due_date=date(2026, 7, 1)
    )
    world.record(moved)
    world.until(moment("14 Jul"))

    assert world.tell() == [
        "27 May courtesy 0",
        "04 Jun reminder 1",
        "13 Jul request 2",
        "13 Jul request_sms 2",
    ]


def test_steps_that_wait_for_an_earlier_one_say_so() -> None:
    planned = plan(seen(case(at=moment("1 Jul 08:00")), moment("1 Jul 08:00")))

    assert {(remark.step, remark.code) for remark in planned.remarks} >= {
        ("courtesy", "EXPIRED"),
        ("reminder", "ENROLLED_LATE"),
        ("request", "IN_TURN"),
        ("firm", "IN_TURN"),
    }


def test_the_same_books_give_the_same_plan() -> None:
    situation = seen(case(*done_until("request")), moment("12 Jun"))

    assert plan(situation) == plan(situation)


def test_a_step_is_never_planned_for_the_past() -> None:
    known = case(*done_until("courtesy"))
    for hours in range(0, 24 * 40, 5):
        now = moment("1 Jun 00:00") + timedelta(hours=hours)
        step = plan(seen(known, now)).step
        assert not isinstance(step, CloseCase)

        assert step.at is None or step.at >= now
