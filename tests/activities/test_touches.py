"""Sending: gate, claim, hand over, confirm."""

from __future__ import annotations

import pytest

from activities.gateways.interface import Accepted, OutgoingMessage
from dunning import facts, touch_facts
from dunning.dispute_facts import DisputeOpened
from dunning.facts import InvoiceFact
from dunning.promise_facts import PromiseMade
from dunning.steps import AskAssociate, CloseCase, SendTouch, Step, Wait
from tests.activities.workshop import MESSAGE, TASK, Workshop, afternoon
from tests.cast import day, eur

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
        PromiseMade(at=NOW, by="ada", amount=eur("1500.00"), promised_on=day(9)),
        DisputeOpened(at=NOW, by="ada", dispute="I-1/1", reason="price"),
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
    # What is promised gets a note before its day, and nothing else.
    is_note = isinstance(following, SendTouch) and following.letter == "promise_reminder"
    assert isinstance(following, Wait | CloseCase) or is_note
    assert is_note == isinstance(said, PromiseMade)
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
