"""One message for several invoices: who claims it, whom a refusal wakes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from activities import touches
from activities.gateways.interface import Refused, RetryLater
from commands.cases.actions import Actions
from dunning.steps import SendTouch, Step
from ledger.doorbells import waiting
from tests.activities.workshop import TASK, Workshop, afternoon
from tests.cast import customer, day, invoice

# A Thursday, on which the first reminder is due.
NOW = afternoon(day(3))


def due(shop: Workshop, number: str = "I-1") -> Step:
    """The step that has come due."""
    step = shop.plan(number, NOW)
    assert isinstance(step, SendTouch)
    assert step.at <= NOW
    return step


def test_two_invoices_at_the_door_at_once_make_one_message(shop: Workshop) -> None:
    numbers = [f"I-{n}" for n in range(4)]
    shop.opens(*(invoice(number) for number in numbers))
    steps = {number: due(shop, number) for number in numbers}
    together = Barrier(len(numbers))

    def send(number: str) -> Step:
        together.wait()
        return shop.send(number, steps[number], NOW)

    with ThreadPoolExecutor(len(numbers)) as threads:
        following = list(threads.map(send, numbers))

    assert len(shop.post.handed_over) == 1
    assert [len(shop.case(number).touches) for number in numbers] == [1] * len(numbers)
    assert {step.step for step in following if isinstance(step, SendTouch)} == {"request"}


def test_whoever_comes_first_the_message_is_the_same(shop: Workshop) -> None:
    others = [customer(), customer("C-2")]
    shop.opens(invoice("I-1"), invoice("I-2"), invoice("I-3", of="C-2"), customers=others)
    shop.post.answers = [RetryLater("BUSY", "later", timedelta(minutes=5))]
    shop.send("I-2", due(shop, "I-2"), NOW)
    later = NOW + timedelta(minutes=6)
    shop.send("I-1", shop.plan("I-1", later), later)
    first, second = shop.post.handed_over

    assert first.text == second.text
    assert first.attempt != second.attempt
    assert [touch.claimant for touch in shop.case("I-1").touches] == ["I-2", "I-1"]


def test_even_what_a_person_asks_for_waits_when_the_customer_had_a_message_today(
    shop: Workshop,
) -> None:
    shop.opens(invoice("I-1"), invoice("I-2", due_date=day(1)))
    shop.send("I-1", due(shop), NOW)
    asked = Actions(shop.wiring.ledger, shop.wiring.planner, "ada", NOW).send_now("I-2").step
    following = shop.send("I-2", asked, NOW)

    assert len(shop.post.handed_over) == 1
    assert shop.case("I-2").withheld[-1].code == "CAP"
    assert isinstance(following, SendTouch)
    assert following.at.date() == day(4)


def test_beside_the_message_of_the_day_no_other_invoice_is_asked(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.opens(invoice("I-1"), invoice("I-2", due_date=day(1)))
    shop.send("I-1", due(shop), NOW)
    step = Actions(shop.wiring.ledger, shop.wiring.planner, "ada", NOW).send_now("I-2").step
    monkeypatch.delattr(touches, "due_beside")
    shop.send("I-2", step, NOW)

    assert shop.case("I-2").withheld[-1].code == "CAP"


@pytest.mark.parametrize("order", [("I-1", "I-2"), ("I-2", "I-1")])
def test_a_note_before_a_promised_day_goes_before_a_letter_of_the_same_moment(
    shop: Workshop, order: tuple[str, str]
) -> None:
    shop.opens(invoice("I-1"), invoice("I-2"))
    ada = Actions(shop.wiring.ledger, shop.wiring.planner, "ada", afternoon(day(1)))
    ada.promise("I-1", None, day(4))
    steps = {number: due(shop, number) for number in order}
    following = {number: shop.send(number, steps[number], NOW) for number in order}
    reminder = following["I-2"]

    assert [touch.letter for touch in shop.case("I-1").touches] == ["promise_reminder"]
    assert shop.case("I-2").touches == ()
    assert shop.case("I-2").withheld[-1].code == "CAP"
    assert isinstance(reminder, SendTouch)
    assert reminder.at.date() == day(4)


@pytest.mark.parametrize("order", [("I-1", "I-2"), ("I-2", "I-1")])
def test_whoever_comes_first_an_invoice_whose_own_policy_asks_for_more_days_stays_out(
    shop: Workshop, order: tuple[str, str]
) -> None:
    shop.opens(invoice("I-0", due_date=day(-4)))
    shop.send("I-0", shop.plan("I-0", afternoon(day(0))), afternoon(day(0)))
    shop.opens(invoice("I-1", due_date=day(1), policy="high_risk"), invoice("I-2"))
    # The hasty policy's window closes early.
    noon = NOW - timedelta(hours=3)
    steps = {number: shop.plan(number, noon) for number in order}
    for number in order:
        shop.send(number, steps[number], noon)

    assert [touch.claimant for touch in shop.case("I-1").touches] == ["I-1"]
    assert shop.case("I-2").touches == ()
    assert shop.case("I-2").withheld[-1].code == "CAP"


def test_a_refusal_wakes_the_other_invoices_of_the_message(shop: Workshop) -> None:
    shop.opens(invoice("I-1"), invoice("I-2"))
    forget_doorbells(shop)
    shop.post.answers = [RetryLater("BUSY", "later", timedelta(minutes=5))]
    shop.send("I-1", due(shop), NOW)

    assert doorbells(shop) == ["I-2"]


def test_an_accepted_message_wakes_nobody(shop: Workshop) -> None:
    shop.opens(invoice("I-1"), invoice("I-2"))
    forget_doorbells(shop)
    shop.send("I-1", due(shop), NOW)

    assert doorbells(shop) == []


def test_a_dead_address_is_blocked_for_every_invoice(shop: Workshop) -> None:
    shop.opens(invoice("I-1"), invoice("I-2"))
    forget_doorbells(shop)
    shop.post.answers = [Refused("SMTP_550", "no such user", address_is_dead=True)]
    following = shop.send("I-1", due(shop), NOW)
    with shop.wiring.ledger.reading() as books:
        known = books.customer("C-1")

    assert known.blocked == ((known.contacts[0].contact, "email", "BOUNCED"),)
    # The next one is tried at once, and there is none.
    assert isinstance(following, SendTouch)
    assert following.at <= NOW
    assert doorbells(shop) == ["I-1", "I-2"]


def test_a_message_refused_for_good_becomes_one_task_for_all_its_invoices(shop: Workshop) -> None:
    shop.opens(invoice("I-1"), invoice("I-2"))
    shop.post.answers = [Refused("SMTP_554", "looks like spam")]
    shop.send("I-1", due(shop), NOW)
    passed = [
        (one.step, one.code)
        for number in ("I-1", "I-2")
        for one in shop.case(number).withheld
        if one.passed_over and one.code == "REFUSED"
    ]

    assert passed == [("reminder", "REFUSED")] * 2
    assert [row.what for row in shop.rows(TASK)] == ["contact"]


def forget_doorbells(shop: Workshop) -> None:
    shop.wiring.ledger.transact(
        lambda books: books.connection.exec_driver_sql("DELETE FROM doorbell")
    )


def doorbells(shop: Workshop) -> list[str]:
    with shop.wiring.ledger.reading() as books:
        return sorted(bell.invoice for bell in waiting(books.connection, 100))
