from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from commands.cases.hold_commands import HoldActions
from dunning.facts import InvoiceOpened
from dunning.may import NotAllowed
from dunning.money import Money
from dunning.next_step import plan
from dunning.steps import Wait
from settings import Settings
from worker import wire

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def actions(tmp_path: Path) -> HoldActions:
    wiring = wire(Settings(_env_file=None, home=tmp_path))  # type: ignore[call-arg]  # Pydantic's own.
    opened = InvoiceOpened(
        at=NOW,
        by="import",
        invoice="I-1",
        customer="C-1",
        entity="demo",
        amount=Money(100_000, "EUR"),
        issue_date=date(2026, 1, 5),
        due_date=date(2026, 2, 4),
    )
    wiring.ledger.transact(lambda books: books.open_case(opened))
    return HoldActions(wiring.ledger, wiring.planner, "ada", NOW)


def test_a_hold_silences_every_invoice_until_a_person_lifts_it(actions: HoldActions) -> None:
    assert actions.place("C-1", "LEGAL_INSOLVENCY", "the court wrote") == 1
    with actions.ledger.reading() as books:
        (hold,) = books.customer("C-1").holds
        planned = plan(actions.planner.situation(books.case("I-1"), books.customer("C-1"), NOW))

    assert isinstance(planned.step, Wait)
    assert planned.step.code == "LEGAL_INSOLVENCY"
    assert actions.lift("C-1", hold.hold, "it was somebody else") == 1
    with actions.ledger.reading() as books:
        assert books.customer("C-1").holds == ()


def test_what_is_no_hold_is_neither_placed_nor_lifted(actions: HoldActions) -> None:
    with pytest.raises(NotAllowed, match="no hold"):
        actions.place("C-1", "BORED", "no reason")
    with pytest.raises(NotAllowed, match="no hold H-9"):
        actions.lift("C-1", "H-9", "why not")
