"""Planning: asking the rulebook, and giving up on claims nobody confirms."""

from __future__ import annotations

from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError

from dunning import facts
from dunning.steps import SendTouch, Wait
from dunning.touch_facts import TouchUnknown
from ledger.books import UnknownInvoice
from ledger.tables import CaseRow, table
from tests.activities.workshop import MESSAGE, TASK, Workshop, afternoon
from tests.cast import day, invoice

CASE = table(CaseRow)
NOW = afternoon(day(3))
CRASH = RuntimeError("the process died")


def left_claimed(shop: Workshop, *numbers: str) -> None:
    """A message a worker claimed and never confirmed."""
    shop.opens(*(invoice(number) for number in numbers))
    shop.post.answers = [CRASH]
    with pytest.raises(RuntimeError):
        shop.send(numbers[0], shop.plan(numbers[0], NOW), NOW)


def test_a_plan_is_noted_for_lists(shop: Workshop) -> None:
    shop.opens()
    step = shop.plan("I-1", NOW)
    [row] = shop.rows(CASE)

    assert isinstance(step, SendTouch)
    assert (row.next_kind, row.next_at, row.stage) == ("send_touch", step.at, "current")


def test_planning_again_records_nothing_new(shop: Workshop) -> None:
    shop.opens()
    shop.add(facts.Paused(at=NOW, by="ada", reason="system", until=day(60)))
    plans = [shop.plan("I-1", NOW + timedelta(minutes=n)) for n in range(5)]
    with shop.wiring.ledger.reading() as books:
        history = books.history("I-1")

    assert len(set(plans)) == 1
    withheld = [fact.step for _, fact in history if fact.kind == "touch_withheld"]
    assert "reminder" in withheld
    assert len(withheld) == len(set(withheld))


def test_an_old_claim_is_given_up_once_with_one_task(shop: Workshop) -> None:
    left_claimed(shop, "I-1", "I-2")
    later = NOW + timedelta(minutes=16)
    for _ in range(2):
        shop.plan("I-2", later)
        shop.plan("I-1", later)
    with shop.wiring.ledger.reading() as books:
        unknowns = [
            fact
            for number in ("I-1", "I-2")
            for _, fact in books.history(number)
            if isinstance(fact, TouchUnknown)
        ]

    assert len(unknowns) == 2
    assert [shop.case(n).touches[-1].state for n in ("I-1", "I-2")] == ["unknown"] * 2
    assert [row.state for row in shop.rows(MESSAGE)] == ["unknown"]
    assert [row.what for row in shop.rows(TASK)] == ["unknown_outcome"]


def test_a_young_claim_is_left_to_the_worker_that_has_it(shop: Workshop) -> None:
    left_claimed(shop, "I-1")
    shop.plan("I-1", NOW + timedelta(minutes=14))

    assert shop.case().touches[-1].state == "started"
    assert shop.rows(TASK) == []


def test_a_claimed_message_keeps_its_place_in_the_cadence(shop: Workshop) -> None:
    left_claimed(shop, "I-1")
    step = shop.plan("I-1", NOW + timedelta(minutes=1))

    # Nothing is sent twice: the reminder counts as made.
    assert isinstance(step, SendTouch)
    assert step.step == "request"


def test_a_fact_from_the_engines_tools_is_recorded_at_the_books_own_time(shop: Workshop) -> None:
    shop.opens()
    paused = facts.Paused(at=NOW - timedelta(days=9), by="clerk-7", reason="system", until=day(9))
    step = shop.record("I-1", paused, NOW)
    pause = shop.case().pause

    assert isinstance(step, Wait)
    assert pause is not None
    assert (pause.at, pause.until) == (NOW, day(9))


def test_a_refusal_is_final_and_worded_for_people(shop: Workshop) -> None:
    shop.opens()

    with pytest.raises(ApplicationError, match="is not paused") as refused:
        shop.record("I-1", facts.Resumed(at=NOW, by="clerk-7"), NOW)

    assert refused.value.type == "NotAllowed"
    assert refused.value.non_retryable


def test_an_invoice_nobody_knows_is_an_error(shop: Workshop) -> None:
    with pytest.raises(UnknownInvoice, match="no invoice I-9"):
        shop.plan("I-9", NOW)
