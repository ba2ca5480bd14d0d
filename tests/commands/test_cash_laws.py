"""Laws of cash application, over random payments and decisions."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from activities.planning import Planner
from commands.cash.actions import CashActions
from commands.cash.applying import match_again
from commands.cash.checks import Target
from dunning.cash.rules import CashRules
from dunning.may import NotAllowed
from dunning.money import Money
from intake.payments import PaymentRow
from ledger.cash import applied_of, standing_of
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.payments import payment_of
from ledger.rebuild import differences
from ledger.schema import upgrade
from ledger.tables import PaymentRow as PaymentTable
from ledger.tables import table
from tests.cast import day, eur, invoice, payment
from tests.commands.taking_in import INVOICES, PAYMENTS, take

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
AMOUNTS = {"I-1": 100, "I-2": 250, "I-3": 100, "J-1": 75}
INVOICED = [
    invoice(name, of=f"C-{name[0]}", amount=eur(str(amount))) for name, amount in AMOUNTS.items()
]
TEXTS = ["I-1", "I-2", "I-1 I-3", "I-2, J-1", "J-1", "I-9", "thanks", "I-1 to I-3", "I\u20101"]
PAID = st.tuples(
    st.sampled_from([1, 50, 75, 99, 100, 175, 250, 325, 350, 450, 1_000]),
    st.sampled_from(TEXTS),
    st.sampled_from(["", "C-I", "C-J", "Unknown Ltd"]),
)
DECISION = st.tuples(
    st.sampled_from(["apply", "accept", "on_account", "undo", "off", "return", "again"]),
    st.integers(0, 7),
    st.sampled_from(list(AMOUNTS)),
)


@pytest.fixture(scope="module")
def invoiced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Books with the invoices, to copy."""
    path = tmp_path_factory.mktemp("invoiced") / "books.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    take(Ledger(engine), INVOICES, *INVOICED)
    engine.dispose()
    return path


def books_of(invoiced: Path, folder: Path, name: str) -> Ledger:
    copied = shutil.copy(invoiced, folder / f"{name}.db")
    return Ledger(open_engine(f"sqlite:///{copied}"))


def row(number: int, amount: int, text: str, payer: str) -> PaymentRow:
    found = payment(f"P-{number}", eur(str(amount)), day(2), text)
    return replace(found, row=number, payer=payer, account="A", bank_reference=f"B{number}")


def state(ledger: Ledger) -> dict[str, Money]:
    with ledger.reading() as books:
        return {name: case.balance for name, case in books.cases(AMOUNTS).items()}


def free(ledger: Ledger) -> int:
    """What of all payments pays nothing."""
    with ledger.reading() as books:
        rows = books.connection.execute(select(table(PaymentTable))).all()
    return sum(one.amount_minor - one.applied_minor for one in rows)


def check_books(ledger: Ledger) -> None:
    """Nothing is applied twice, nothing is lost, and the lists say what the facts say."""
    with ledger.reading() as books:
        rows = books.connection.execute(select(table(PaymentTable))).all()
        paid = dict.fromkeys(AMOUNTS, 0)
        kept = dict.fromkeys(AMOUNTS, 0)
        for one in rows:
            applied = applied_of(books, one.payment)
            used = sum(part.amount.minor for part in applied)
            standing = standing_of(books, one.payment)
            assert used == one.applied_minor
            assert 0 <= used <= one.amount_minor
            assert not (standing and standing.returned_on and used)
            for part in applied:
                paid[part.invoice] += part.amount.minor
                kept[part.invoice] += part.deducted.amount.minor if part.deducted else 0
        for name, case in books.cases(AMOUNTS).items():
            assert case.paid.minor == paid[name]
            assert case.credited.minor == kept[name]
            assert case.balance.minor == AMOUNTS[name] * 100 - paid[name] - kept[name]
            assert case.balance.minor >= 0
            assert sum(moved.amount.minor for moved in case.movements) == -(paid[name] + kept[name])
        assert list(differences(books)) == []


def decide(desk: CashActions, what: str, number: int, name: str) -> None:
    paid = f"P-{number}"
    match what:
        case "apply":
            desk.apply(paid, [Target(name, Decimal(5))])
        case "accept":
            desk.accept(paid)
        case "on_account":
            desk.on_account(paid, "C-I")
        case "undo":
            with desk.ledger.reading() as books:
                applied = applied_of(books, paid)
            desk.undo(applied[0].name if applied else f"{name}#9", "wrong")
        case "off":
            desk.undo(paid, "wrong")
        case "return":
            back = replace(row(number, 0, paid, ""), payment=f"R-{number}", is_reversal=True)
            with desk.ledger.reading() as books:
                known = payment_of(books.connection, paid)
            if known:
                take(desk.ledger, PAYMENTS, replace(back, amount=known.amount, end_to_end=paid))
        case _:
            match_again(desk.ledger, CashRules(), NOW, "import")


@settings(max_examples=12)
@given(st.lists(PAID, min_size=1, max_size=8), st.lists(DECISION, max_size=10))
def test_money_is_applied_once_and_never_lost_whatever_people_decide(
    tmp_path_factory: pytest.TempPathFactory,
    invoiced: Path,
    planner: Planner,
    paid: Sequence[tuple[int, str, str]],
    decisions: Sequence[tuple[str, int, str]],
) -> None:
    ledger = books_of(invoiced, tmp_path_factory.mktemp("laws"), "books")
    rows = [row(number, *one) for number, one in enumerate(paid)]
    take(ledger, PAYMENTS, *rows)
    check_books(ledger)
    desk, refused = CashActions(ledger, planner, "ada", NOW), 0
    for decision in decisions:
        try:
            decide(desk, *decision)
        except NotAllowed:
            refused += 1
        check_books(ledger)
    again = take(ledger, PAYMENTS, *rows)
    ledger.engine.dispose()

    assert again.counts == {"unchanged": len(rows)}
    assert refused <= len(decisions)


@settings(max_examples=10)
@given(st.lists(PAID, min_size=1, max_size=6))
def test_undoing_everything_restores_the_invoices_exactly(
    tmp_path_factory: pytest.TempPathFactory,
    invoiced: Path,
    planner: Planner,
    paid: Sequence[tuple[int, str, str]],
) -> None:
    ledger = books_of(invoiced, tmp_path_factory.mktemp("undo"), "books")
    before = state(ledger)
    take(ledger, PAYMENTS, *(row(number, *one) for number, one in enumerate(paid)))
    desk = CashActions(ledger, planner, "ada", NOW)
    for number in range(len(paid)):
        with ledger.reading() as books:
            applied = applied_of(books, f"P-{number}")
        for one in applied:
            desk.undo(one.name, "all of it")
    check_books(ledger)
    with ledger.reading() as books:
        settled = [case.settled_on for case in books.cases(AMOUNTS).values()]
    after = state(ledger)
    ledger.engine.dispose()

    assert after == before
    assert settled == [None] * len(AMOUNTS)


@settings(max_examples=8)
@given(
    st.lists(
        st.tuples(st.sampled_from([10, 40, 100, 250, 400]), st.sampled_from(list(AMOUNTS))),
        min_size=2,
        max_size=7,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_statements_does_not_matter_for_what_is_owed(
    tmp_path_factory: pytest.TempPathFactory,
    invoiced: Path,
    paid: Sequence[tuple[int, str]],
    chance: Random,
) -> None:
    folder = tmp_path_factory.mktemp("order")
    rows = [row(number, amount, name, "") for number, (amount, name) in enumerate(paid)]
    shuffled = list(rows)
    chance.shuffle(shuffled)
    first, second = (books_of(invoiced, folder, name) for name in ("first", "second"))
    take(first, PAYMENTS, *rows)
    for one in shuffled:
        # Each in a statement of its own, some of them twice.
        take(second, PAYMENTS, one)
        take(second, PAYMENTS, *shuffled[: chance.randint(0, 2)])
    ends = state(first), state(second)
    left = free(first), free(second)
    for ledger in (first, second):
        ledger.engine.dispose()

    assert ends[0] == ends[1]
    assert left[0] == left[1]
