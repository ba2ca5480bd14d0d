from __future__ import annotations

from decimal import Decimal

import pytest

from dunning.may import NotAllowed
from tests.cast import customer, day, eur, invoice
from tests.playing import Asked
from tests.stories import Stage

# What every case hears before day 5.
BEFORE = [("Wed 25 Feb", "courtesy"), ("Thu 5 Mar", "reminder")]
# On the business day before the 17th, for which payment is promised.
NOTE = ("Mon 16 Mar", "promise_reminder")


async def test_a_resumed_case_gets_one_message_at_the_next_opening_and_no_burst(
    stage: Stage,
) -> None:
    await stage.opens()
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.pause("I-1", "customer_request", day(60)))
    # Day 40, a Saturday: three letters would have gone out meanwhile.
    await stage.morning(day(40))
    await stage.do(lambda desk: desk.resume("I-1"))
    await stage.evening(day(48))

    assert stage.letters() == [*BEFORE, ("Mon 13 Apr", "request")]
    # The one after keeps its distance from it.
    await stage.evening(day(60))

    assert stage.letters() == [*BEFORE, ("Mon 13 Apr", "request"), ("Mon 27 Apr", "firm")]
    assert ("Sat 7 Mar", "firm", "PAUSE_customer_request") in stage.withheld()


async def test_a_case_resumed_on_a_working_day_is_silent_until_the_next(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.pause("I-1", "customer_request", day(60)))
    await stage.morning(day(15))
    await stage.do(lambda desk: desk.resume("I-1"))
    await stage.evening(day(15))

    assert stage.letters() == BEFORE
    await stage.evening(day(16))

    assert stage.letters() == [*BEFORE, ("Wed 18 Mar", "request")]


async def test_a_pause_ends_by_itself(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.pause("I-1", "goodwill", day(14)))
    await stage.evening(day(20))

    assert stage.letters() == [*BEFORE, ("Tue 17 Mar", "request")]


async def test_a_paused_customer_is_silent_about_every_invoice(stage: Stage) -> None:
    await stage.opens(invoice("I-1"), invoice("I-2"))
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.pause_customer("C-1", "hardship", day(30)))
    await stage.evening(day(30))

    assert stage.letters() == BEFORE
    await stage.evening(day(31))

    assert stage.letters() == [*BEFORE, ("Thu 2 Apr", "request")]
    assert stage.sent()[-1].invoices == ["I-1", "I-2"]


async def test_a_customers_pause_can_be_lifted(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.pause_customer("C-1", "hardship", day(90)))
    await stage.morning(day(15))
    await stage.do(lambda desk: desk.resume_customer("C-1"))
    await stage.evening(day(18))

    assert stage.letters() == [*BEFORE, ("Wed 18 Mar", "request")]


async def test_a_promise_that_is_kept_is_the_end(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.promise("I-1", None, day(15)))
    await stage.morning(day(15))
    await stage.pays(eur("1500.00"))
    await stage.evening(day(60))

    assert stage.letters() == [*BEFORE, NOTE]
    assert stage.tasks() == []


async def test_a_broken_promise_is_named_in_the_next_letter(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.promise("I-1", None, day(15)))
    # Promised for Tuesday the 17th; two working days of grace end on Thursday.
    await stage.evening(day(17))

    assert stage.letters() == [*BEFORE, NOTE]
    await stage.evening(day(18))

    assert stage.letters() == [*BEFORE, NOTE, ("Fri 20 Mar", "request")]
    assert "expect payment by 17 March 2026" in stage.post.handed_over[-1].text


async def test_a_promise_of_a_part_that_is_kept_ends_its_hold_only(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.promise("I-1", Decimal(500), day(25)))
    await stage.morning(day(14))
    await stage.pays(eur("500.00"))
    await stage.evening(day(16))

    assert stage.letters() == [*BEFORE, ("Mon 16 Mar", "request")]
    assert "expect payment" not in stage.post.handed_over[-1].text


async def test_a_disputed_invoice_is_silent_until_the_dispute_is_resolved(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.dispute("I-1", "price"))
    await stage.morning(day(30))
    await stage.do(lambda desk: desk.resolve("I-1/1", "upheld"))
    # Wednesday, 1 April, and a week of grace.
    await stage.evening(day(37))

    assert stage.letters() == BEFORE
    await stage.evening(day(38))

    assert stage.letters() == [*BEFORE, ("Thu 9 Apr", "request")]


async def test_the_undisputed_part_keeps_its_cadence(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.dispute("I-1", "quality", Decimal(500)))
    await stage.evening(day(10))

    assert stage.letters() == [*BEFORE, ("Thu 12 Mar", "request")]
    assert "€1,000.00 is still open" in stage.post.handed_over[-1].text
    assert "€500.00 of it is in dispute" in stage.post.handed_over[-1].text


async def test_a_disputed_invoice_is_not_listed_beside_others(stage: Stage) -> None:
    await stage.opens(invoice("I-1"), invoice("I-2"))
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.dispute("I-1", "price"))
    await stage.evening(day(10))

    assert stage.sent()[-1].invoices == ["I-2"]
    assert "I-1" not in stage.post.handed_over[-1].text


async def test_an_escalated_case_is_silent_until_somebody_resumes_it(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.escalate("I-1", "controller"))
    await stage.morning(day(30))

    assert stage.letters() == BEFORE
    assert stage.tasks() == [Asked("Sat 7 Mar", "escalation", "controller", ["I-1"])]
    await stage.do(lambda desk: desk.resume("I-1"))
    await stage.evening(day(31))

    assert stage.letters() == [*BEFORE, ("Thu 2 Apr", "request")]


async def test_a_person_can_send_the_next_letter_now(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(4))
    await stage.do(lambda desk: desk.send_now("I-1"))
    await stage.evening(day(4))

    # Friday: the day after the reminder. The cap of a week still holds, the spacing does not.
    assert stage.letters() == [*BEFORE, ("Fri 6 Mar", "request")]


async def test_a_paused_case_cannot_be_sent_now(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(4))
    await stage.do(lambda desk: desk.pause("I-1", "system", day(9)))

    with pytest.raises(NotAllowed, match="paused until 2026-03-11"):
        await stage.do(lambda desk: desk.send_now("I-1"))


async def test_who_is_paid_while_paused_is_closed_without_a_word(stage: Stage) -> None:
    await stage.opens(customers=[customer()])
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.pause("I-1", "system", day(30)))
    await stage.morning(day(9))
    await stage.pays(eur("1500.00"))
    await stage.evening(day(60))

    assert stage.letters() == BEFORE
