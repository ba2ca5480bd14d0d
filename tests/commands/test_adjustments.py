"""Credits, debits, refunds, transfers, cancellations: one asks and another one decides."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from dunning.may import NotAllowed
from dunning.steps import CloseCase
from tests.activities.workshop import Workshop
from tests.cast import day, eur
from tests.commands.adjusting import adds_up, desk, open_tasks, pays, three_invoices


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """Two invoices of one customer and one of another."""
    with three_invoices(tmp_path) as found:
        yield found


def test_a_credit_note_takes_effect_when_another_person_approves(shop: Workshop) -> None:
    asked = desk(shop).credit("I-1", Decimal(300), "wrong price", "CN-7")

    assert asked.case.balance == eur("1500")
    assert open_tasks(shop) == [("adjustment_approval", "ar_lead")]
    with pytest.raises(NotAllowed, match="another person"):
        desk(shop, "ADA").approve_adjustment("I-1")
    with pytest.raises(NotAllowed, match="is no role"):
        desk(shop, "bea").approve_adjustment("I-1", role="associate")

    given = desk(shop, "bea").approve_adjustment("I-1").case

    assert given.balance == eur("1200")
    assert given.adjustments[0].reference == "CN-7"
    assert open_tasks(shop) == []
    assert adds_up(given)
    with pytest.raises(NotAllowed, match="waits for a decision"):
        desk(shop, "bea").approve_adjustment("I-1")


def test_a_limit_is_a_limit(shop: Workshop) -> None:
    desk(shop).credit("I-1", Decimal("1000.01"), "wrong price")

    with pytest.raises(NotAllowed, match="the controller has to"):
        desk(shop, "bea").approve_adjustment("I-1", role="ar_lead")
    with pytest.raises(NotAllowed, match="nothing left"):
        desk(shop, "bea").credit("I-1", Decimal(0), "nothing")


def test_nobody_is_asked_for_what_cannot_be(shop: Workshop) -> None:
    with pytest.raises(NotAllowed, match=r"I-1 is at most 1500.00 EUR, which was invoiced"):
        desk(shop).credit("I-1", Decimal("1500.01"), "wrong price")
    with pytest.raises(NotAllowed, match=r"has a credit of 0.00 EUR, not of 5.00 EUR"):
        desk(shop).refund("I-1", Decimal(5), "paid twice")

    assert open_tasks(shop) == []


def test_who_posted_the_cash_gives_nothing_up(shop: Workshop) -> None:
    pays(shop, 10_000, by="Bea")
    desk(shop).credit("I-1", Decimal(300), "wrong price")

    with pytest.raises(NotAllowed, match="posted cash"):
        desk(shop, "bea").approve_adjustment("I-1")
    assert desk(shop, "cleo").approve_adjustment("I-1").case.balance == eur("1100")


def test_what_is_declined_changes_nothing(shop: Workshop) -> None:
    desk(shop).credit("I-1", None, "wrong price")
    declined = desk(shop, "bea").decline_adjustment("I-1", note="the price was right")

    assert declined.case.balance == eur("1500")
    assert open_tasks(shop) == []


def test_taking_back_restores_the_balance_once(shop: Workshop) -> None:
    desk(shop).credit("I-1", None, "wrong price")
    closed = desk(shop, "bea").approve_adjustment("I-1")
    again = desk(shop).undo_adjustment("I-1", "I-1:a1", "the price was right")

    assert isinstance(closed.step, CloseCase)
    assert again.case.balance == eur("1500")
    assert again.case.settled_on is None
    assert not isinstance(again.step, CloseCase)
    assert adds_up(again.case)
    with pytest.raises(NotAllowed, match="taken back already"):
        desk(shop).undo_adjustment("I-1", "I-1:a1", "twice")


def test_a_debit_note_asks_for_more_while_the_invoice_is_open(shop: Workshop) -> None:
    desk(shop).debit("I-1", Decimal(100), "freight forgotten")
    more = desk(shop, "bea").approve_adjustment("I-1").case
    pays(shop, 160_000)

    assert more.balance == eur("1600")
    desk(shop).debit("I-1", Decimal(100), "freight forgotten again")
    with pytest.raises(NotAllowed, match="issue a new invoice"):
        desk(shop, "bea").approve_adjustment("I-1")


def test_a_refund_is_proposed_approved_and_then_paid(shop: Workshop) -> None:
    with pytest.raises(NotAllowed, match="nothing left for a refund"):
        desk(shop).refund("I-1", None, "paid twice")
    pays(shop, 170_000)
    desk(shop).refund("I-1", None, "paid twice")
    with pytest.raises(NotAllowed, match="No approved refund"):
        desk(shop).refund_paid("I-1", "I-1:a1", day(4), "B-9")
    approved = desk(shop, "bea").approve_adjustment("I-1")

    # The invoice is settled, yet the work on its credit stays.
    assert approved.case.balance == -eur("200")
    assert open_tasks(shop) == [("refund", "associate")]

    paid = desk(shop, "cleo").refund_paid("I-1", "I-1:a1", day(4), "B-9").case

    assert paid.balance == eur("0")
    assert paid.adjustments[0].reference == "B-9"
    assert open_tasks(shop) == []
    assert adds_up(paid)
    with pytest.raises(NotAllowed, match="No approved refund"):
        desk(shop).refund_paid("I-1", "I-1:a1", day(4), "B-9")
    with pytest.raises(NotAllowed, match="money that left"):
        desk(shop).undo_adjustment("I-1", "I-1:a1", "oops")
