"""What people cannot do about payments: refused in a sentence, with nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from commands.cash.actions import CashActions
from commands.cash.checks import Target
from dunning.may import NotAllowed
from dunning.money import Money
from ledger.ledger import Ledger
from tests.cast import day, eur
from tests.commands.coming_in import came, waiting
from tests.commands.taking_in import PAYMENTS, paid, take, unapplied

REFUSED: list[tuple[str, Callable[[CashActions], object]]] = [
    ("no payment P-9", lambda desk: desk.accept("P-9")),
    ("no proposal 7", lambda desk: desk.accept("P-1", 7)),
    ("no invoice X-1", lambda desk: desk.apply("P-1", [Target("X-1")])),
    ("Name each invoice once", lambda desk: desk.apply("P-1", [])),
    ("Name each invoice once", lambda desk: desk.apply("P-1", [Target("I-1")] * 2)),
    ("owes 1500.00 EUR", lambda desk: desk.apply("P-1", [Target("I-1", Decimal("1500.01"))])),
    ("cannot pay it", lambda desk: desk.apply("P-1", [Target("I-1", Decimal(-1))])),
    ("has only", lambda desk: desk.apply("P-1", [Target("I-1", Decimal(101))])),
    ("is no reason", lambda desk: desk.apply("P-1", [Target("I-1")], residual="mood")),
    ("no customer C-9", lambda desk: desk.on_account("P-1", "C-9")),
    ("on nobody's account", lambda desk: desk.undo("P-1", "x")),
    ("Say why", lambda desk: desk.undo("I-1#2", "")),
    ("no application I-1#1", lambda desk: desk.undo("I-1#1", "x")),
    ("no application I-1#9", lambda desk: desk.undo("I-1#9", "x")),
    ("no application I-1#²", lambda desk: desk.undo("I-1#²", "x")),
    ("No payer ab", lambda desk: desk.forget_payer("ab", "x")),
]


def test_what_cannot_be_is_refused_and_changes_nothing(ledger: Ledger, desk: CashActions) -> None:
    take(ledger, PAYMENTS, came("100.00"))
    for said, act in REFUSED:
        with pytest.raises(NotAllowed, match=said):
            act(desk)

    assert unapplied(ledger, "P-1") == eur("100.00")


def test_another_currency_is_not_applied_and_says_so(ledger: Ledger, desk: CashActions) -> None:
    row = replace(came("1.00", "I-1"), amount=Money(150_000, "USD"))
    taken = take(ledger, PAYMENTS, row)
    with pytest.raises(NotAllowed, match="I-1 is in EUR, the payment in USD"):
        desk.apply("P-1", [Target("I-1")])

    assert taken.warnings == ["Row 2: invoice I-1 is in EUR, not USD; kept unapplied."]


def test_an_invoice_that_owes_nothing_is_not_paid_again(ledger: Ledger, desk: CashActions) -> None:
    take(ledger, PAYMENTS, came("1500.00", "I-1"))
    take(ledger, PAYMENTS, came("20.00", "nothing", "P-2"))

    with pytest.raises(NotAllowed, match="I-1 owes nothing; the payment is for something else"):
        desk.apply("P-2", [Target("I-1")])


def test_the_same_money_twice_is_noticed(ledger: Ledger, desk: CashActions) -> None:
    take(ledger, PAYMENTS, came("1500.00", "I-1"))
    taken = take(ledger, PAYMENTS, came("1500.00", "I-1", "P-2"))

    assert taken.warnings == [
        "Row 2: invoice I-1 owes nothing, perhaps P-1 once more; kept unapplied."
    ]
    assert waiting(desk.ledger) == ["P-2"]


def test_a_payment_the_bank_took_back_leaves_every_invoice_and_cannot_be_applied(
    ledger: Ledger, desk: CashActions
) -> None:
    take(ledger, PAYMENTS, came("3000.00", "I-1 I-2", account="DE89"))
    back = came("3000.00", "I-1 I-2", "P-2", account="DE89", is_reversal=True)
    take(ledger, PAYMENTS, replace(back, on=day(4)))
    with pytest.raises(NotAllowed, match="went back on 2026-03-06"):
        desk.apply("P-1", [Target("I-1")])

    assert paid(ledger, "I-1") == paid(ledger, "I-2") == eur("0.00")
    assert waiting(ledger) == []
