"""A balance that jumps from one bank statement of an account to the next is noticed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from activities.planning import Planner
from commands.imports.imports import import_into
from ledger.imports import statements_of_import
from ledger.ledger import Ledger
from tests.commands.cash.test_bad_payments import Rooms
from tests.commands.coming_in import NOW
from tests.intake.bank.written import balance, camt, entry


@pytest.fixture
def rooms(ledger: Ledger, planner: Planner) -> Rooms:
    return Rooms(ledger, planner)


def test_a_jump_is_said_and_kept_with_the_import(rooms: Rooms, tmp_path: Path) -> None:
    first = taken(rooms, tmp_path, "S-1", "0.00", "100.00")
    next_one = taken(rooms, tmp_path, "S-2", "100.00", "120.00")
    jump = taken(rooms, tmp_path, "S-4", "900.00", "950.00")
    with rooms.ledger.reading() as books:
        (kept,) = statements_of_import(books.connection, jump["import"])
        (before,) = statements_of_import(books.connection, next_one["import"])

    assert said(first) == said(next_one) == []
    (sentence,) = said(jump)
    assert sentence.startswith("Statement S-4 of account DE89370400440532013000 begins with 900.00")
    assert "ended with 120.00 EUR: is a statement missing between them?" in sentence
    assert (kept.opening_minor, kept.closing_minor, kept.before_minor) == (90_000, 95_000, 12_000)
    assert before.before_minor is None


def test_the_missing_statement_and_one_twice_are_no_jumps(rooms: Rooms, tmp_path: Path) -> None:
    taken(rooms, tmp_path, "S-1", "0.00", "100.00")
    taken(rooms, tmp_path, "S-4", "900.00", "950.00")
    missing = taken(rooms, tmp_path, "S-3", "300.00", "900.00")
    again = taken(rooms, tmp_path, "S-1", "0.00", "100.00")

    assert said(missing) == said(again) == []


def test_an_overlapping_statement_is_no_jump(rooms: Rooms, tmp_path: Path) -> None:
    taken(rooms, tmp_path, "S-1", "0.00", "100.00")
    path = tmp_path / "overlap.xml"
    lines = [entry("60.00", reference="A"), entry("25.00", reference="B")]
    balances = balance("OPBD", "40.00") + balance("CLBD", "125.00")
    path.write_text(camt(*lines, balances=balances, name="S-2"), "utf-8")
    overlap = import_into(rooms, "payments", path, None, "import", NOW, dry_run=False)
    jump = taken(rooms, tmp_path, "S-4", "90.00", "110.00")

    # It begins before the first one ended, and passes the balance with which that ended.
    assert said(overlap) == []
    assert len(said(jump)) == 1


def test_another_currency_of_the_account_is_another_story(rooms: Rooms, tmp_path: Path) -> None:
    taken(rooms, tmp_path, "S-1", "0.00", "100.00")

    assert said(taken(rooms, tmp_path, "S-1", "7.00", "9.00", currency="USD")) == []


def taken(
    rooms: Rooms, folder: Path, name: str, *ends: str, currency: str = "EUR"
) -> dict[str, Any]:
    opening, closing = ends
    path = folder / f"{name}-{currency}.xml"
    came = Decimal(closing) - Decimal(opening)
    line = entry(f"{came}", reference=f"{name}-{currency}", currency=currency)
    balances = balance("OPBD", opening, currency) + balance("CLBD", closing, currency)
    path.write_text(camt(line, balances=balances, name=name), "utf-8")
    return import_into(rooms, "payments", path, None, "import", NOW, dry_run=False)


def said(answer: dict[str, Any]) -> list[str]:
    return [one for one in answer["warnings"] if "missing" in one]
