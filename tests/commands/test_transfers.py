"""Transfers, cancelled and reopened invoices, small balances, and the list of it all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from commands.adjustments.listing import adjustments_of
from commands.adjustments.small_balances import write_off_small_balances
from commands.cases.actions import Actions
from dunning.adjustment_facts import Adjusted
from dunning.cash_facts import ShortPaid
from dunning.facts import WrittenOff
from dunning.may import NotAllowed
from dunning.steps import CloseCase
from tests.activities.workshop import Workshop
from tests.cast import day, eur
from tests.commands.adjusting import NOW, adds_up, desk, pays, three_invoices


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """Two invoices of one customer and one of another."""
    with three_invoices(tmp_path) as found:
        yield found


def test_a_credit_moves_within_a_customer_at_once(shop: Workshop) -> None:
    pays(shop, 170_000)
    moved = desk(shop).transfer("I-1", "I-2", None, "belongs there").case

    assert (moved.balance, shop.case("I-2").balance) == (eur("0"), eur("1300"))
    assert adds_up(moved)
    assert adds_up(shop.case("I-2"))

    desk(shop).undo_adjustment("I-1", "I-1:a1", "it did not")

    assert (shop.case("I-1").balance, shop.case("I-2").balance) == (-eur("200"), eur("1500"))


def test_to_another_customer_it_moves_when_another_person_agrees(shop: Workshop) -> None:
    pays(shop, 170_000)
    asked = desk(shop).transfer("I-1", "I-3", Decimal(150), "paid by the sister company")

    assert asked.case.balance == -eur("200")
    with pytest.raises(NotAllowed, match="another person"):
        desk(shop).approve_adjustment("I-1")
    desk(shop, "bea").approve_adjustment("I-1")

    assert (shop.case("I-1").balance, shop.case("I-3").balance) == (-eur("50"), eur("1350"))


@pytest.mark.parametrize(
    ("to", "amount", "why"),
    [
        ("I-1", "1", "from one invoice to another"),
        ("I-2", "200.01", "credit of 200.00 EUR"),
        ("I-2", "0", "nothing left"),
        ("I-9", "1", "no invoice I-9"),
    ],
)
def test_a_transfer_that_makes_no_sense_is_refused(
    shop: Workshop, to: str, amount: str, why: str
) -> None:
    pays(shop, 170_000)

    with pytest.raises(NotAllowed, match=why):
        desk(shop).transfer("I-1", to, Decimal(amount), "why not")
    assert shop.case("I-2").balance == eur("1500")


def test_a_cancelled_invoice_is_dunned_no_more_and_comes_back_when_that_was_wrong(
    shop: Workshop,
) -> None:
    pays(shop, 50_000)
    desk(shop).cancel("I-1", "issued twice")
    gone = desk(shop, "bea").approve_adjustment("I-1", role="controller")

    assert isinstance(gone.step, CloseCase)
    # What was paid of it is the customer's.
    assert gone.case.balance == -eur("500")
    assert gone.case.settled_by == "cancelled"
    assert adds_up(gone.case)
    with pytest.raises(NotAllowed, match="nothing left"):
        desk(shop).cancel("I-1", "issued thrice")

    again = desk(shop).reopen("I-1", "it was issued once")

    assert again.case.balance == eur("1000")
    assert not isinstance(again.step, CloseCase)
    assert adds_up(again.case)
    with pytest.raises(NotAllowed, match="neither cancelled nor written off"):
        desk(shop).reopen("I-1", "again")


def test_what_was_written_off_is_asked_for_again(shop: Workshop) -> None:
    given_up = WrittenOff(at=NOW, by="import", reason="bankrupt")
    shop.wiring.ledger.transact(lambda books: books.record("I-1", given_up))
    pays(shop, 20_000)
    assert adds_up(shop.case("I-1"))
    again = desk(shop).reopen("I-1", "the receiver pays")

    assert again.case.written_off is None
    assert again.case.balance == eur("1300")
    assert not isinstance(again.step, CloseCase)
    assert adds_up(again.case)


def test_what_a_payment_left_within_the_tolerance_goes_by_itself_once(shop: Workshop) -> None:
    ledger, planner = shop.wiring.ledger, shop.wiring.planner
    pays(shop, 149_600)
    pays(shop, 149_500, "I-2")
    for number, reason in (("I-1", "tolerance"), ("I-2", "discount_late")):
        short = ShortPaid(at=NOW, by="import", payment="P", amount=eur("5"), reason=reason)
        ledger.transact(lambda books, n=number, s=short: books.record(n, s))  # type: ignore[misc]
    first = write_off_small_balances(ledger, planner, NOW)
    second = write_off_small_balances(ledger, planner, NOW + timedelta(days=1))

    assert first == "1 small balances were written off: 4.00 EUR."
    assert second == "0 small balances were written off: nothing."
    assert shop.case("I-1").is_settled
    assert shop.case("I-2").balance == eur("5")
    assert [one.kind for one in shop.case("I-1").movements] == ["payment", "small_balance"]


def test_no_fact_gives_up_more_than_the_limit_without_a_second_person(shop: Workshop) -> None:
    def adjusted(**changes: object) -> Adjusted:
        known = {"what": "credit_note", "amount": -eur("30"), "reason": "kind", "rule": ""}
        made = {"at": NOW, "by": "ada", "adjustment": "I-1:a1", "on": NOW.date()}
        return Adjusted(**made, **(known | changes))  # type: ignore[arg-type]  # Its own fields.

    alone = [
        adjusted(),
        adjusted(what="small_balance", rule="small_balance", limit=eur("25")),
        adjusted(what="small_balance", rule="small_balance"),
        adjusted(rule="small_balance", limit=eur("25")),
        adjusted(rule="same_customer"),
        adjusted(what="refund", amount=eur("30"), rule="same_customer"),
    ]
    for fact in alone:
        with pytest.raises(NotAllowed):
            shop.wiring.ledger.transact(lambda books, f=fact: books.record("I-1", f))  # type: ignore[misc]
    assert shop.case("I-1").balance == eur("1500")


def test_the_list_says_who_asked_and_who_decided(shop: Workshop) -> None:
    desk(shop).credit("I-1", Decimal(300), "wrong price")
    desk(shop, "bea").approve_adjustment("I-1")
    desk(shop).debit("I-1", Decimal(100), "freight")
    cases = Actions(shop.wiring.ledger, shop.wiring.planner, "ada", NOW)
    cases.write_off("I-2", "bankrupt", "in court")
    Actions(shop.wiring.ledger, shop.wiring.planner, "cleo", NOW).approve_proposal("I-2")
    with shop.wiring.ledger.reading() as books:
        found = adjustments_of(books, day(0), day(9))
        waiting = adjustments_of(books, day(0), day(9), waiting=True)

    shown = {(one.what, one.amount, one.state, one.asked_by, one.decided_by) for one in found}
    assert shown == {
        ("credit_note", -eur("300"), "done", "ada", "bea"),
        ("debit_note", eur("100"), "proposed", "ada", ""),
        ("write_off", -eur("1500"), "done", "ada", "cleo"),
    }
    assert [one.what for one in waiting] == ["debit_note"]
