"""What people do to a case, shared by desk, command line and rehearsals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from commands.cases.actions import Actions
from commands.cases.task_actions import TaskActions
from dunning import facts
from dunning.may import NotAllowed
from dunning.steps import SendTouch, Wait
from ledger.doorbells import waiting
from tests.activities.workshop import TASK, Workshop, afternoon, workshop
from tests.cast import day, eur, invoice, payment
from tests.commands.taking_in import PAYMENTS, take, unapplied

NOW = afternoon(day(4))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """Activities on fresh books with two open invoices."""
    with workshop(tmp_path) as found:
        found.opens(invoice("I-1"), invoice("I-2"))
        yield found


def desk(shop: Workshop, at: int = 4) -> Actions:
    """An associate at work so many days after the due date."""
    return Actions(shop.wiring.ledger, shop.wiring.planner, "ada", afternoon(day(at)))


def test_an_action_is_recorded_with_who_and_when_and_answers_what_comes_next(
    shop: Workshop,
) -> None:
    done = desk(shop).pause("I-1", "customer_request", day(20), "on holiday")
    with shop.wiring.ledger.reading() as books:
        paused = books.history("I-1")[-1][1]

    assert isinstance(done.step, Wait)
    assert done.step.code == "PAUSE_customer_request"
    assert (paused.kind, paused.by, paused.at) == ("touch_withheld", "duncan", NOW)
    assert done.case.pause is not None
    assert (done.case.pause.by, done.case.pause.until) == ("ada", day(20))


def test_a_pause_without_an_end_lasts_as_long_as_the_policy_says(shop: Workshop) -> None:
    done = desk(shop).pause("I-1", "system", None)

    assert done.case.pause is not None
    assert done.case.pause.until == day(34)


def test_a_promise_is_of_the_whole_balance_unless_it_says_otherwise(shop: Workshop) -> None:
    whole = desk(shop).promise("I-1", None, day(9))
    part = desk(shop).promise("I-2", Decimal("99.90"), day(9))

    assert whole.case.promises[-1].amount == eur("1500.00")
    assert part.case.promises[-1].amount == eur("99.90")


REFUSED: list[tuple[Callable[[Actions], object], str]] = [
    (lambda desk: desk.pause("I-1", "lazy", None), "'lazy' is no reason"),
    (lambda desk: desk.pause("I-9", "system", None), "no invoice I-9"),
    (lambda desk: desk.resume("I-1"), "is not paused"),
    (lambda desk: desk.escalate("I-1", "king"), "'king' is no role"),
    (lambda desk: desk.promise("I-1", Decimal(1501), day(9)), "at most the open 1500.00 EUR"),
    (lambda desk: desk.promise("I-1", Decimal("0.001"), day(9)), "is not an amount in EUR"),
    (lambda desk: desk.promise("I-1", None, day(-9)), "a day that has passed"),
    (lambda desk: desk.dispute("I-1", "taste"), "'taste' is no reason"),
    (lambda desk: desk.dispute("I-1", "price", Decimal(1501)), "at most the open"),
    (lambda desk: desk.resolve("I-1/1", "upheld"), "no open dispute I-1/1"),
    (lambda desk: desk.resolve("I-1/1", "forgotten"), "'forgotten' is no outcome"),
    (lambda desk: desk.reverse_payment("P-9", "bounced"), "no payment P-9"),
    (lambda desk: desk.pause_customer("C-9", "system", None), "no customer C-9"),
]


@pytest.mark.parametrize(("action", "reason"), REFUSED, ids=[reason for _, reason in REFUSED])
def test_what_a_rule_refuses_is_said_in_words_and_changes_nothing(
    shop: Workshop, action: Callable[[Actions], object], reason: str
) -> None:
    with shop.wiring.ledger.reading() as books:
        before = books.history("I-1")
    with pytest.raises(NotAllowed, match=reason):
        action(desk(shop))
    with shop.wiring.ledger.reading() as books:
        after = books.history("I-1")

    assert before == after


def test_a_third_promise_in_a_row_is_another_persons_decision(shop: Workshop) -> None:
    desk(shop, 4).promise("I-1", None, day(9))
    desk(shop, 10).promise("I-1", None, day(12))

    third = desk(shop, 13).promise("I-1", None, day(15))

    assert len(third.case.promises) == 2
    assert "after 2 promises already" in third.case.proposals[-1].reason


def test_disputes_are_numbered_and_never_exceed_what_is_open(shop: Workshop) -> None:
    desk(shop).dispute("I-1", "price", Decimal(1000))
    second = desk(shop).dispute("I-1", "quality", Decimal(500))

    assert [one.dispute for one in second.case.disputes] == ["I-1/1", "I-1/2"]
    assert second.case.disputed == eur("1500.00")
    with pytest.raises(NotAllowed):
        desk(shop).dispute("I-1", "damage", Decimal("0.01"))


def test_send_now_goes_out_at_the_next_opening(shop: Workshop) -> None:
    done = desk(shop).send_now("I-1")

    assert isinstance(done.step, SendTouch)
    assert done.step.requested
    assert done.step.at == NOW


def test_an_action_at_a_customer_concerns_all_its_open_invoices(shop: Workshop) -> None:
    desk(shop).written_off("I-2", "lost")
    shop.wiring.ledger.transact(
        lambda books: books.connection.exec_driver_sql("DELETE FROM doorbell")
    )

    assert desk(shop).pause_customer("C-1", "hardship", None) == 1
    with shop.wiring.ledger.reading() as books:
        assert [bell.invoice for bell in waiting(books.connection, 9)] == ["I-1"]


def test_a_bounced_payment_is_taken_back_once(shop: Workshop) -> None:
    ledger = shop.wiring.ledger
    take(ledger, PAYMENTS, payment("P-1", eur("1500.00"), day(3)))
    done = desk(shop).reverse_payment("P-1", "bounced")

    assert done.case.balance == eur("1500.00")
    assert unapplied(ledger, "P-1") == eur("1500.00")
    with pytest.raises(NotAllowed, match="pays nothing any more"):
        desk(shop).reverse_payment("P-1", "bounced")


def ask_for_approval(shop: Workshop) -> TaskActions:
    """The lead is asked about one letter for both invoices; answers with the lead's desk."""
    asked = facts.TaskOpened(
        at=NOW,
        by="duncan",
        task="C-1:approve:formal_notice",
        what="approve",
        role="ar_lead",
        why="the policy wants it",
        step="formal_notice",
    )
    for number in ("I-1", "I-2"):
        shop.spoke(number, "firm", day(3))
        shop.add(asked, of=number)
    return TaskActions(shop.wiring.ledger, shop.wiring.planner, "lead", NOW)


def test_an_approval_is_given_once_for_every_invoice_of_its_task(shop: Workshop) -> None:
    lead = ask_for_approval(shop)
    lead.approve("I-2")

    assert [shop.case(n).approved_at("formal_notice") for n in ("I-1", "I-2")] == [NOW, NOW]
    assert [row.outcome for row in shop.rows(TASK)] == ["approved"]
    with pytest.raises(NotAllowed, match="Nothing of invoice I-1 is waiting"):
        lead.approve("I-1")


def test_a_letter_that_is_declined_is_passed_over_for_every_invoice(shop: Workshop) -> None:
    ask_for_approval(shop).decline("I-1", "we talk to them")
    declined = [
        (one.step, one.why)
        for number in ("I-1", "I-2")
        for one in shop.case(number).withheld
        if one.code == "DECLINED" and one.passed_over
    ]

    assert declined == [("formal_notice", "we talk to them")] * 2


def test_a_closed_case_keeps_no_other_from_being_approved(shop: Workshop) -> None:
    lead = ask_for_approval(shop)
    desk(shop).written_off("I-1", "lost")
    lead.approve("I-2")

    assert shop.case("I-2").approved_at("formal_notice") == NOW
    assert shop.case("I-1").approved_at("formal_notice") is None
