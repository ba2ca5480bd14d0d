"""Sending: gate, claim, hand over, confirm."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from activities.gateways.interface import Accepted, OutgoingMessage, Refused, RetryLater
from commands.actions import Actions
from dunning import facts, touch_facts
from dunning.facts import InvoiceFact
from dunning.steps import AskAssociate, CloseCase, SendTouch, Step, Wait
from ledger.doorbells import waiting
from tests.activities.workshop import MESSAGE, TASK, Workshop, afternoon
from tests.cast import customer, day, eur, invoice

# A Thursday, on which the first reminder is due.
NOW = afternoon(day(3))


def due(shop: Workshop, number: str = "I-1") -> Step:
    """The step that has come due."""
    step = shop.plan(number, NOW)
    assert isinstance(step, SendTouch)
    assert step.at <= NOW
    return step


def test_a_touch_is_claimed_sent_confirmed_and_followed_by_the_next(shop: Workshop) -> None:
    shop.opens()
    following = shop.send("I-1", due(shop), NOW)
    touch = shop.case().touches[-1]
    [row] = shop.rows(MESSAGE)

    assert (touch.step, touch.state, touch.level) == ("reminder", "sent", 1)
    assert (row.state, row.provider_id) == ("sent", f"post:{row.attempt}")
    assert isinstance(following, SendTouch)
    assert (following.step, following.at.date()) == ("request", day(10))


@pytest.mark.parametrize(
    "said",
    [
        facts.Paused(at=NOW, by="ada", reason="system", until=day(30)),
        facts.PromiseMade(at=NOW, by="ada", amount=eur("1500.00"), promised_on=day(9)),
        facts.DisputeOpened(at=NOW, by="ada", dispute="I-1/1", reason="price"),
        facts.Escalated(at=NOW, by="ada", to_role="ar_lead", hold=True),
        facts.PaymentApplied(at=NOW, by="b", payment="P", amount=eur("1500.00"), on=day(3)),
        facts.WrittenOff(at=NOW, by="ada", reason="bankrupt"),
        facts.HandedOver(at=NOW, by="ada", to="agency"),
    ],
    ids=lambda fact: fact.kind,
)
def test_what_was_recorded_before_the_claim_wins(shop: Workshop, said: InvoiceFact) -> None:
    shop.opens()
    step = due(shop)
    shop.add(said)
    following = shop.send("I-1", step, NOW)

    assert shop.post.handed_over == []
    assert isinstance(following, Wait | CloseCase)
    assert shop.rows(MESSAGE) == []


def test_what_is_recorded_while_the_provider_has_the_message_counts_from_then_on(
    shop: Workshop,
) -> None:
    money = facts.PaymentApplied(at=NOW, by="b", payment="P", amount=eur("1500.00"), on=day(3))
    shop.opens()
    shop.post.meanwhile = lambda _: shop.add(money)
    following = shop.send("I-1", due(shop), NOW)

    assert isinstance(following, CloseCase)
    assert shop.case().touches[-1].state == "sent"


def test_a_try_that_begins_on_the_weekend_sends_nothing(shop: Workshop) -> None:
    shop.opens()
    step = due(shop)
    # Asked for on Thursday; the worker came back on Saturday.
    following = shop.send("I-1", step, NOW, started=afternoon(day(5)))

    assert shop.post.handed_over == []
    assert isinstance(following, SendTouch)
    assert following.at.date() == day(7)


def test_a_second_try_after_a_crash_sends_nothing_and_asks_a_person(shop: Workshop) -> None:
    shop.opens()
    step = due(shop)
    shop.post.answers = [RuntimeError("the process died")]
    with pytest.raises(RuntimeError):
        shop.send("I-1", step, NOW)

    assert shop.case().touches[-1].state == "started"
    shop.send("I-1", step, NOW)
    shop.send("I-1", step, NOW)

    assert len(shop.post.handed_over) == 1
    assert shop.case().touches[-1].state == "unknown"
    assert [row.what for row in shop.rows(TASK)] == ["unknown_outcome"]


def test_a_slow_provider_that_answers_after_the_second_try_has_the_last_word(
    shop: Workshop,
) -> None:
    shop.opens()
    step = due(shop)

    def second_try(_: OutgoingMessage) -> None:
        shop.send("I-1", step, NOW)

    shop.post.meanwhile = second_try
    shop.send("I-1", step, NOW)

    assert len(shop.post.handed_over) == 1
    assert [touch.state for touch in shop.case().touches] == ["sent"]
    assert [row.state for row in shop.rows(MESSAGE)] == ["sent"]
    assert [row.outcome for row in shop.rows(TASK)] == ["touch_sent"]


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


def test_the_claim_says_what_the_letter_said(shop: Workshop) -> None:
    shop.opens()
    shop.add(facts.PaymentApplied(at=NOW, by="b", payment="P", amount=eur("200.00"), on=day(2)))
    shop.send("I-1", due(shop), NOW)
    with shop.wiring.ledger.reading() as books:
        history = [fact for _, fact in books.history("I-1")]
    [started] = [fact for fact in history if isinstance(fact, touch_facts.TouchStarted)]

    assert started.amount == eur("1300.00")
    assert started.policy == "standard_b2b v1"
    assert "€1,300.00" in shop.post.handed_over[0].text


def test_only_letters_can_be_sent(shop: Workshop) -> None:
    shop.opens()
    call = AskAssociate(at=NOW, why="", step="call", what="call", role="associate")

    with pytest.raises(AssertionError, match="only letters"):
        shop.send("I-1", call, NOW)


def test_an_answer_belongs_to_its_own_attempt(shop: Workshop) -> None:
    shop.opens()
    shop.post.answers = [Accepted("provider-17")]
    shop.send("I-1", due(shop), NOW)

    assert shop.rows(MESSAGE)[0].provider_id == "provider-17"


def forget_doorbells(shop: Workshop) -> None:
    shop.wiring.ledger.transact(
        lambda books: books.connection.exec_driver_sql("DELETE FROM doorbell")
    )


def doorbells(shop: Workshop) -> list[str]:
    with shop.wiring.ledger.reading() as books:
        return sorted(bell.invoice for bell in waiting(books.connection, 100))
