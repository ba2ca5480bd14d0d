"""What people cannot do about payments: refused in a sentence, with nothing changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from activities.planning import Planner
from commands.cash.actions import CashActions
from commands.cash.checks import Target
from dunning.may import NotAllowed
from dunning.money import Money
from intake.payments import PaymentRow
from ledger.cash import unmatched
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.rebuild import differences
from ledger.schema import upgrade
from tests.cast import customer, day, eur, invoice, payment
from tests.commands.taking_in import CUSTOMERS, INVOICES, PAYMENTS, paid, take, unapplied

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Empty books, to copy."""
    path = tmp_path_factory.mktemp("fresh") / "books.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def ledger(fresh: Path, tmp_path: Path) -> Iterator[Ledger]:
    """Empty books; afterwards every list must say what the facts say."""
    found = Ledger(open_engine(f"sqlite:///{shutil.copy(fresh, tmp_path / 'books.db')}"))
    yield found
    with found.reading() as books:
        assert list(differences(books)) == []
    found.engine.dispose()


@pytest.fixture
def desk(ledger: Ledger, planner: Planner) -> CashActions:
    """An associate with two invoices of 1,500 euros of C-1 and one of C-2."""
    take(ledger, CUSTOMERS, customer("C-1"), customer("C-2"))
    take(ledger, INVOICES, invoice("I-1"), invoice("I-2"), invoice("J-1", of="C-2"))
    return CashActions(ledger, planner, "ada", NOW)


def came(amount: str, text: str = "hello", number: str = "P-1", **more: object) -> PaymentRow:
    return replace(payment(number, eur(amount), day(2), text), **more)  # type: ignore[arg-type]


def waiting(ledger: Ledger) -> list[str]:
    with ledger.reading() as books:
        return [one.payment.payment for one in unmatched(books, 100)]


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
