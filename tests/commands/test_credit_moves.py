"""Credit that no invoice uses: refunded or given to another customer, by two people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from commands.cash.actions import CashActions
from commands.cash.checks import Target
from commands.cash.credit_actions import CreditActions
from dunning.may import NotAllowed
from ledger.payments import credit_of
from ledger.rebuild import differences
from ledger.report_cash import free_cash
from tests.activities.workshop import Workshop, afternoon, workshop
from tests.cast import customer, day, eur, invoice, payment
from tests.commands.taking_in import PAYMENTS, take

NOW = afternoon(day(8))
TODAY = NOW.date()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """C-1 has 200 euros on its account that nobody used; C-2 is another customer."""
    with workshop(tmp_path / "home") as found:
        found.opens(invoice("I-1"))
        found.opens(invoice("J-1", of="C-2"), customers=[customer("C-2")])
        ledger = found.wiring.ledger
        take(ledger, PAYMENTS, payment("P-1", eur("200.00"), day(2), "hello"))
        CashActions(ledger, found.wiring.planner, "cash", NOW).on_account("P-1", "C-1")
        yield found
        with ledger.reading() as books:
            assert list(differences(books)) == []


def desk(shop: Workshop, by: str = "ada") -> CreditActions:
    return CreditActions(shop.wiring.ledger, shop.wiring.planner, by, NOW)


def free(shop: Workshop, on: date = TODAY) -> dict[str, tuple[str, str]]:
    with shop.wiring.ledger.reading() as books:
        found = free_cash(books.connection, on)
    return {one.payment: (one.customer, str(one.amount.major)) for one in found}


def test_a_refund_needs_two_people_and_then_the_banks_reference(shop: Workshop) -> None:
    asked = desk(shop).refund_credit("P-1", Decimal(150), "paid twice")

    assert (asked.move.state, asked.move.role, asked.move.customer) == (
        "proposed",
        "ar_lead",
        "C-1",
    )
    with pytest.raises(NotAllowed, match="another person"):
        desk(shop).approve_credit("P-1")
    with pytest.raises(NotAllowed, match="put it on the account"):
        desk(shop, "cash").approve_credit("P-1")
    with pytest.raises(NotAllowed, match="No approved refund"):
        desk(shop, "cleo").credit_paid("P-1:m1", TODAY, "BANK-1")

    agreed = desk(shop, "bea").approve_credit("P-1")

    # What is approved cannot be used any more, but it is owed until the bank has paid it.
    assert (agreed.left, free(shop)) == (eur("50"), {"P-1": ("C-1", "200.00")})

    paid = desk(shop, "cleo").credit_paid("P-1:m1", TODAY, "BANK-1")

    assert paid.move.state == "done"
    assert free(shop) == {"P-1": ("C-1", "50.00")}
    # The day before, nobody had said whose it is.
    assert free(shop, TODAY - timedelta(days=1)) == {"P-1": ("", "200.00")}
    with pytest.raises(NotAllowed, match="paid out"):
        desk(shop).undo_credit("P-1:m1", "a mistake")


def test_what_is_refunded_cannot_pay_an_invoice_or_cover_one(shop: Workshop) -> None:
    desk(shop).refund_credit("P-1", None, "paid twice")
    desk(shop, "bea").approve_credit("P-1")
    cash = CashActions(shop.wiring.ledger, shop.wiring.planner, "cash", NOW)

    with pytest.raises(NotAllowed, match="in full"):
        cash.apply("P-1", [Target("I-1", Decimal(10))])
    with shop.wiring.ledger.reading() as books:
        assert credit_of(books.connection, "C-1", "", "EUR", NOW) == eur("0")

    desk(shop).undo_credit("P-1:m1", "they want it kept")
    cash.apply("P-1", [Target("I-1", Decimal(10))])

    assert shop.case("I-1").balance == eur("1490")
    with pytest.raises(NotAllowed, match=r"190\.00"):
        desk(shop).refund_credit("P-1", Decimal(200), "all of it", customer="C-1")


def test_a_transfer_moves_the_credit_to_the_other_customer_from_its_day(shop: Workshop) -> None:
    desk(shop).transfer_credit("P-1", "C-2", Decimal(120), "the sister company paid")

    assert free(shop) == {"P-1": ("C-1", "200.00")}
    desk(shop, "bea").approve_credit("P-1")

    assert free(shop) == {"P-1": ("C-1", "80.00"), "P-1:m1": ("C-2", "120.00")}
    # The day before, nobody had said whose it is.
    assert free(shop, TODAY - timedelta(days=1)) == {"P-1": ("", "200.00")}

    cash = CashActions(shop.wiring.ledger, shop.wiring.planner, "cash", NOW)
    cash.apply("P-1:m1", [Target("J-1", Decimal(100))])

    assert shop.case("J-1").balance == eur("1400")
    with pytest.raises(NotAllowed, match="used already"):
        desk(shop).undo_credit("P-1:m1", "not theirs")

    cash.undo("J-1#2", "not theirs")
    desk(shop).undo_credit("P-1:m1", "not theirs")

    assert free(shop) == {"P-1": ("C-1", "200.00")}


@pytest.mark.parametrize(
    ("payment_", "amount", "to", "why"),
    [
        ("P-1", "200.01", "C-2", "200.00 EUR left"),
        ("P-1", "0", "C-2", "left"),
        ("P-1", "1", "C-1", "already"),
        ("P-1", "1", "C-9", "no customer C-9"),
        ("P-9", "1", "C-2", "no payment P-9"),
    ],
)
def test_a_transfer_that_makes_no_sense_is_refused(
    shop: Workshop, payment_: str, amount: str, to: str, why: str
) -> None:
    with pytest.raises(NotAllowed, match=why):
        desk(shop).transfer_credit(payment_, to, Decimal(amount), "why not")


def test_money_of_nobody_is_refunded_only_when_somebody_says_whose_it_is(shop: Workshop) -> None:
    take(shop.wiring.ledger, PAYMENTS, payment("P-2", eur("30.00"), day(2), "who"))

    with pytest.raises(NotAllowed, match="say whose it is"):
        desk(shop).refund_credit("P-2", None, "not ours")
    desk(shop).refund_credit("P-2", None, "not ours", customer="C-2")
    with pytest.raises(NotAllowed, match="waits for a decision already"):
        desk(shop).refund_credit("P-2", None, "not ours", customer="C-2")
    declined = desk(shop, "bea").decline_credit("P-2", "it is ours")

    assert (declined.move.state, declined.left) == ("declined", eur("30"))
