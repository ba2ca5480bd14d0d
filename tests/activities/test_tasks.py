"""Handing work to people."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from commands.cases.task_actions import TaskActions
from dunning import facts
from dunning.steps import AskAssociate, Escalate, SendTouch, Step, Wait
from ledger.tables import TaskItemRow, table
from tests.activities.workshop import TASK, Workshop, afternoon
from tests.cast import day, eur, invoice

# A Thursday.
NOW = afternoon(day(31))
ITEM = table(TaskItemRow)


def after(shop: Workshop, step: str, *numbers: str, amount: str = "1500.00") -> Step:
    """Open invoices whose latest touch is that of the step; what comes next for the first."""
    shop.opens(*(invoice(number, amount=eur(amount)) for number in numbers))
    for number in numbers:
        shop.spoke(number, step, day(14))
    return shop.plan(numbers[0], NOW)


def test_a_task_is_opened_for_its_role_with_its_reason(shop: Workshop) -> None:
    step = after(shop, "request_sms", "I-1")
    shop.hand_to_people("I-1", step, NOW)
    [row] = shop.rows(TASK)

    assert isinstance(step, AskAssociate)
    assert (row.what, row.role, row.customer) == ("call", "associate", "C-1")
    assert row.why == "call: the policy asks for it 17 days after the due date"


def test_a_second_try_opens_no_second_task(shop: Workshop) -> None:
    step = after(shop, "request_sms", "I-1")
    first = shop.hand_to_people("I-1", step, NOW)
    second = shop.hand_to_people("I-1", step, NOW)

    assert first == second
    assert len(shop.case().tasks) == 1


def test_a_customers_invoices_share_a_task(shop: Workshop) -> None:
    step = after(shop, "request_sms", "I-1", "I-2")
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda number: shop.hand_to_people(number, step, NOW), ("I-1", "I-2")))

    assert len(shop.rows(TASK)) == 1
    assert sorted(row.invoice for row in shop.rows(ITEM)) == ["I-1", "I-2"]


def test_a_closed_task_closes_for_every_invoice_and_a_new_one_is_opened_later(
    shop: Workshop,
) -> None:
    step = after(shop, "request_sms", "I-1", "I-2")
    for number in ("I-1", "I-2"):
        shop.hand_to_people(number, step, NOW)
    [row] = shop.rows(TASK)
    ledger, planner = shop.wiring.ledger, shop.wiring.planner
    TaskActions(ledger, planner, "ada", NOW).close_task("I-2", row.task, "promised")

    assert [shop.case(number).tasks[0].outcome for number in ("I-1", "I-2")] == ["promised"] * 2
    assert shop.rows(TASK)[0].outcome == "promised"


@pytest.mark.parametrize(
    "said",
    [
        facts.Paused(at=NOW, by="ada", reason="system", until=day(60)),
        facts.PaymentApplied(at=NOW, by="b", payment="P", amount=eur("1500.00"), on=day(30)),
    ],
    ids=lambda fact: fact.kind,
)
def test_nobody_calls_when_something_came_between(
    shop: Workshop, said: facts.Paused | facts.PaymentApplied
) -> None:
    step = after(shop, "request_sms", "I-1")
    shop.add(said)
    shop.hand_to_people("I-1", step, NOW)

    assert shop.rows(TASK) == []


def test_nobody_is_given_work_before_its_day(shop: Workshop) -> None:
    step = after(shop, "request_sms", "I-1")
    # The day after the text message; the call is planned for day 17.
    following = shop.hand_to_people("I-1", step, afternoon(day(15)))

    assert shop.rows(TASK) == []
    assert isinstance(following, AskAssociate)
    assert following.at.date() > day(15)


def test_people_do_not_call_about_little(shop: Workshop) -> None:
    step = after(shop, "request_sms", "I-1", amount="999.99")
    shop.hand_to_people("I-1", step, NOW)

    assert shop.rows(TASK) == []
    assert shop.case().withheld[-1].code == "MIN_AMOUNT"


def test_what_a_customer_owes_in_all_is_what_counts(shop: Workshop) -> None:
    step = after(shop, "request_sms", "I-1", "I-2", amount="600.00")
    shop.hand_to_people("I-1", step, NOW)

    assert [row.what for row in shop.rows(TASK)] == ["call"]


def test_an_escalation_is_known_to_the_case_and_holds_nothing(shop: Workshop) -> None:
    call = after(shop, "firm", "I-1")
    step = shop.hand_to_people("I-1", call, NOW)
    assert isinstance(step, Escalate)
    later = afternoon(step.at.date())
    following = shop.hand_to_people("I-1", step, later)
    escalation = shop.case().escalation

    assert escalation is not None
    assert (escalation.to_role, escalation.hold) == ("ar_lead", False)
    assert [row.what for row in shop.rows(TASK)] == ["call", "escalation"]
    # The approval comes later than the lead's time for the escalation.
    assert isinstance(following, Wait)
    assert following.code == "PEOPLE"
    assert "approve this letter" in following.why


def test_only_work_for_people_is_handed_over(shop: Workshop) -> None:
    shop.opens()
    reminder = shop.plan("I-1", afternoon(day(3)))
    assert isinstance(reminder, SendTouch)

    with pytest.raises(AssertionError, match="only work for people"):
        shop.hand_to_people("I-1", reminder, afternoon(day(3)))
