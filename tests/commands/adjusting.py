"""Three open invoices, and people who adjust them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from commands.adjustments.actions import AdjustmentActions
from dunning.case import Case
from dunning.facts import PaymentApplied
from dunning.money import Money
from tests.activities.workshop import TASK, Workshop, afternoon, workshop
from tests.cast import customer, day, invoice

NOW = afternoon(day(4))


@contextmanager
def three_invoices(home: Path) -> Iterator[Workshop]:
    """Two invoices of one customer and one of another."""
    with workshop(home) as found:
        found.opens(invoice("I-1"), invoice("I-2"))
        found.opens(invoice("I-3", customer="C-2"), customers=[customer("C-2")])
        yield found


def desk(shop: Workshop, by: str = "ada") -> AdjustmentActions:
    return AdjustmentActions(shop.wiring.ledger, shop.wiring.planner, by, NOW)


def pays(shop: Workshop, minor: int, number: str = "I-1", by: str = "import") -> None:
    paid = PaymentApplied(
        at=NOW, by=by, payment=f"P-{minor}", amount=Money(minor, "EUR"), on=NOW.date()
    )
    shop.wiring.ledger.transact(lambda books: books.record(number, paid))


def open_tasks(shop: Workshop) -> list[tuple[str, str]]:
    return [(row.what, row.role) for row in shop.rows(TASK) if not row.outcome]


def adds_up(case: Case) -> bool:
    """What reports show is what the case says, or nothing once it is written off."""
    moved = sum((one.amount for one in case.movements), start=case.amount)
    return moved == (Money.zero("EUR") if case.written_off else case.balance)
