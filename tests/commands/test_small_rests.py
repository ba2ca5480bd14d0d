"""A small rest goes with the payment that leaves it, and comes back with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from commands.adjustments.small_balances import write_off_small_balances
from commands.cash.actions import CashActions
from commands.imports import take_in
from dunning.cash.rules import CashRules
from dunning.facts import InvoiceFact
from dunning.write_off_rules import WriteOffRules
from ledger.rebuild import differences
from tests.activities.workshop import Workshop, workshop
from tests.cast import day, eur, invoice, payment
from tests.commands.taking_in import take

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """One invoice of 1,500 euros; afterwards the lists must say what the facts say."""
    with workshop(tmp_path / "home") as found:
        found.opens(invoice("I-1"))
        yield found
        with found.wiring.ledger.reading() as books:
            assert list(differences(books)) == []


def pays(shop: Workshop, amount: str, **rules: object) -> None:
    known = replace(shop.wiring.planner.policies.cash, **rules)  # type: ignore[arg-type]  # Its own.
    batch = take_in.payments(NOW, "import", known)
    take(shop.wiring.ledger, batch, payment("P-1", eur(amount), day(2)))


def history(shop: Workshop) -> list[InvoiceFact]:
    with shop.wiring.ledger.reading() as books:
        return [fact for _, fact in books.history("I-1")]


def test_the_rest_within_tolerance_and_limit_goes_in_the_same_transaction(shop: Workshop) -> None:
    pays(shop, "1496.00")
    last = [fact.kind for fact in history(shop)][-3:]
    later = write_off_small_balances(shop.wiring.ledger, shop.wiring.planner, NOW)

    assert shop.case().is_settled
    assert last == ["payment_applied", "short_paid", "adjusted"]
    assert len({fact.at for fact in history(shop)[-3:]}) == 1
    assert later.startswith("0 small balances")


@pytest.mark.parametrize(
    ("amount", "small"),
    [
        ("1494.99", WriteOffRules()),  # Above the tolerance.
        ("1496.00", WriteOffRules(small={"default": Decimal("3.99")})),
        ("1496.00", WriteOffRules(automatic=False)),
        ("1496.00", None),
    ],
)
def test_what_a_limit_does_not_cover_stays_open(
    shop: Workshop, amount: str, small: WriteOffRules | None
) -> None:
    pays(shop, amount, small=small)

    assert shop.case().balance == eur("1500") - eur(amount)
    assert not shop.case().adjustments


def test_undoing_the_payment_asks_for_the_whole_invoice_again(shop: Workshop) -> None:
    pays(shop, "1496.00")
    cash = CashActions(shop.wiring.ledger, shop.wiring.planner, "ada", NOW)
    number = next(n for n, one in enumerate(history(shop), 1) if one.kind == "payment_applied")
    cash.undo(f"I-1#{number}", "another customer's")

    assert shop.case().balance == eur("1500")

    cash.accept("P-1")

    assert shop.case().is_settled


def test_by_default_nothing_is_written_off_without_rules(shop: Workshop) -> None:
    assert CashRules().small is None
    assert shop.wiring.planner.policies.cash.small == shop.wiring.planner.policies.write_offs
