from __future__ import annotations

from datetime import date, timedelta

import pytest

from dunning.touch_facts import TouchSent
from tests.cast import DUE, customer, day, eur, invoice
from tests.playing import Asked
from tests.stories import Stage


async def test_a_case_nobody_pays_goes_through_the_whole_cadence(stage: Stage) -> None:
    await stage.opens()
    # Day 46: the lead approves the formal notice that was to go out the day before.
    await stage.morning(day(46))
    await stage.do(lambda desk: desk.approve("I-1"))
    # Day 63: and the final notice.
    await stage.morning(day(63))
    await stage.do(lambda desk: desk.approve("I-1"))
    await stage.evening(day(120))

    assert stage.letters() == [
        ("Wed 25 Feb", "courtesy"),
        ("Thu 5 Mar", "reminder"),
        ("Thu 12 Mar", "request"),
        ("Thu 26 Mar", "firm"),
        ("Fri 17 Apr", "formal_notice"),
        # The fourth was a bank holiday.
        ("Tue 5 May", "final_notice"),
    ]
    assert stage.tasks() == [
        # Nobody of the customer can be reached by text message.
        Asked("Mon 16 Mar", "contact", "associate", ["I-1"]),
        Asked("Thu 19 Mar", "call", "associate", ["I-1"]),
        Asked("Wed 1 Apr", "escalation", "ar_lead", ["I-1"]),
        Asked("Thu 16 Apr", "approve", "ar_lead", ["I-1"]),
        Asked("Fri 1 May", "approve", "ar_lead", ["I-1"]),
        Asked("Mon 18 May", "decide", "controller", ["I-1"]),
    ]
    assert stage.passed_over() == [("Mon 16 Mar", "request_sms", "NO_CONTACT")]


async def test_a_letter_nobody_approves_is_passed_over_with_a_reason(stage: Stage) -> None:
    await stage.opens()
    await stage.evening(day(120))

    assert stage.letters()[-1] == ("Thu 26 Mar", "firm")
    assert stage.passed_over()[1:] == [
        ("Fri 1 May", "formal_notice", "NO_APPROVAL"),
        ("Mon 18 May", "final_notice", "NO_APPROVAL"),
    ]


async def test_a_declined_letter_is_not_sent(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(46))
    await stage.do(lambda desk: desk.decline("I-1"))
    await stage.evening(day(59))

    assert stage.letters()[-1] == ("Thu 26 Mar", "firm")
    assert stage.passed_over()[-1] == ("Fri 17 Apr", "formal_notice", "DECLINED")


async def test_who_pays_early_hears_nothing_and_costs_nothing(stage: Stage) -> None:
    await stage.opens()
    # Day -6: the money is there the day before the first note.
    await stage.morning(day(-6))
    await stage.pays(eur("1500.00"))
    await stage.evening(day(60))
    done = [event async for event in stage.workflow().fetch_history_events()]

    assert stage.post.handed_over == []
    assert not any(event.HasField("activity_task_scheduled_event_attributes") for event in done)
    assert (await stage.workflow().result()).startswith("no longer followed")


async def test_who_pays_between_two_steps_hears_nothing_more(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(9))
    await stage.pays(eur("1500.00"))
    await stage.evening(day(60))

    assert stage.letters() == [("Wed 25 Feb", "courtesy"), ("Thu 5 Mar", "reminder")]
    assert stage.case().settled_on == day(9)


async def test_a_payment_on_the_very_morning_still_stops_the_letter(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(3))
    await stage.pays(eur("1500.00"))
    await stage.evening(day(3))

    assert stage.letters() == [("Wed 25 Feb", "courtesy")]


async def test_a_partial_payment_lowers_the_sum_and_not_the_level(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(5))
    await stage.pays(eur("700.00"))
    await stage.evening(day(10))
    letter = stage.post.handed_over[-1].text

    assert stage.letters()[-1] == ("Thu 12 Mar", "request")
    assert "€800.00 open of €1,500.00" in letter


async def test_two_payments_settle_what_one_did_not(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(4))
    await stage.pays(eur("700.00"))
    await stage.morning(day(5))
    await stage.pays(eur("800.00"))
    await stage.evening(day(60))

    assert stage.letters()[-1] == ("Thu 5 Mar", "reminder")
    assert stage.case().is_settled


async def test_a_bounced_payment_reopens_the_case_at_the_level_reached(stage: Stage) -> None:
    await stage.opens()
    # Day 13: paid, after the second level.
    await stage.morning(day(13))
    await stage.pays(eur("1500.00"))
    # Day 20: the bank takes the money back.
    await stage.morning(day(20))
    await stage.do(lambda desk: desk.reverse_payment("P-0315-I-1", "bounced"))
    await stage.evening(day(45))

    assert stage.letters()[2:] == [("Thu 12 Mar", "request"), ("Tue 7 Apr", "firm")]


async def test_an_invoice_nobody_distributed_is_sent_first(stage: Stage) -> None:
    await stage.opens(invoice(distributed=False))
    await stage.evening(day(3))

    assert stage.letters() == [
        ("Mon 2 Feb", "invoice"),
        ("Wed 25 Feb", "courtesy"),
        ("Thu 5 Mar", "reminder"),
    ]


async def test_a_case_closed_by_people_is_silent(stage: Stage) -> None:
    await stage.opens(
        invoice("I-1"), invoice("I-2", of="C-2"), customers=[customer(), customer("C-2")]
    )
    await stage.morning(day(4))
    await stage.do(lambda desk: desk.write_off("I-1", "bankrupt", "no letter helps"))
    await stage.do(lambda desk: desk.approve_proposal("I-1", role="controller"), by="c.controller")
    await stage.do(lambda desk: desk.hand_over("I-2", "Gladstone Legal", role="controller"))
    await stage.evening(day(40))

    assert [letter for _, letter in stage.letters()] == [
        "courtesy",
        "courtesy",
        "reminder",
        "reminder",
    ]


async def test_a_letter_that_falls_on_a_holiday_goes_out_after_it(stage: Stage) -> None:
    due = date(2026, 3, 31)
    await stage.opens(invoice(due_date=due))
    await stage.evening(due + timedelta(days=8))

    # Three days after the due date is Good Friday, then come the weekend and Easter Monday.
    assert stage.letters() == [("Thu 26 Mar", "courtesy"), ("Tue 7 Apr", "reminder")]


async def test_a_closed_customer_is_written_to_when_it_opens_again(stage: Stage) -> None:
    await stage.opens(customers=[customer(closures=((day(2), day(13)),))])
    await stage.evening(day(21))

    # Nothing is lost, and what follows keeps its distance.
    assert stage.letters() == [
        ("Wed 25 Feb", "courtesy"),
        ("Mon 16 Mar", "reminder"),
        ("Mon 23 Mar", "request"),
    ]
    assert stage.passed_over() == []


@pytest.mark.parametrize("later", [day(30), day(300)])
async def test_a_later_due_date_moves_the_reminders(stage: Stage, later: date) -> None:
    await stage.opens()
    await stage.morning(day(1))
    await stage.opens(invoice(due_date=later))
    await stage.evening(day(25))

    assert stage.letters() == [("Wed 25 Feb", "courtesy")]


async def test_a_message_is_claimed_and_confirmed_with_the_providers_own_id(stage: Stage) -> None:
    await stage.opens()
    await stage.evening(day(-5))
    [message] = stage.post.handed_over
    sent = stage.facts()[-1]

    assert isinstance(sent, TouchSent)
    assert sent.provider_id == f"post:{message.attempt}"
    assert message.to_address == "grace@customer.example"
    assert message.message_id == f"<{message.attempt}@larkspur-finch.example>"


async def test_an_invoice_that_comes_late_climbs_from_the_first_level(stage: Stage) -> None:
    await stage.opens(invoice(due_date=DUE - timedelta(days=60), issue_date=date(2025, 12, 1)))
    # Followed since 2 February, when it was a month overdue already.
    await stage.evening(DUE)

    assert stage.letters() == [
        ("Tue 3 Feb", "reminder"),
        ("Tue 10 Feb", "request"),
        ("Tue 24 Feb", "firm"),
    ]
