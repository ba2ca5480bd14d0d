"""Credit notes among invoices: negative rows and 381 documents, with and without an invoice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from commands.cash.actions import CashActions
from commands.cash.checks import Target
from commands.imports.credit_notes import credit_notes_last, owed
from commands.imports.take_in import Taken, take_in
from commands.reports.statement import statement_answer, statement_of
from intake.credit_notes import OwedRow, read_owed
from ledger.ledger import Ledger
from ledger.payments import credit_of
from ledger.rebuild import differences
from ledger.report_aging import aged_rows
from ledger.report_cash import free_cash
from tests.activities.workshop import Workshop, afternoon, workshop
from tests.cast import day, eur, invoice

NOW = afternoon(day(4))
HEAD = "invoice,customer,currency,amount,issue_date,due_date,original invoice\n"
ROWS = """CN-1,C-1,EUR,-300.00,2026-03-03,,I-1
CN-2,C-1,EUR,-1700.00,2026-03-03,,I-2
CN-3,C-1,EUR,(80.00),2026-03-04,2026-03-04,
CN-4,C-1,EUR,-5.00,2026-03-04,,GONE-9
,C-1,EUR,-5.00,2026-03-04,,
I-1,C-1,EUR,-5.00,2026-03-04,,
CN-6,C-2,EUR,-5.00,2026-03-04,,I-1
CN-7,C-1,USD,-5.00,2026-03-04,,I-1
"""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """Two invoices of one customer; afterwards the lists must say what the facts say."""
    with workshop(tmp_path / "home") as found:
        found.opens(invoice("I-1"), invoice("I-2"))
        yield found
        with found.wiring.ledger.reading() as books:
            assert list(differences(books)) == []


def taken_from(ledger: Ledger, path: Path) -> Taken[OwedRow]:
    taken: Taken[OwedRow] = Taken()
    list(take_in(ledger, credit_notes_last(read_owed(path)), owed(NOW, "import"), taken))
    return taken


def account(shop: Workshop) -> dict[str, str]:
    with shop.wiring.ledger.reading() as books:
        return {one.payment: str(one.amount) for one in free_cash(books.connection, day(9))}


def test_negative_rows_lower_what_they_name_and_the_rest_is_the_customers_credit(
    shop: Workshop, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.csv"
    path.write_text(HEAD + ROWS)
    first = taken_from(shop.wiring.ledger, path)
    before = account(shop)
    second = taken_from(shop.wiring.ledger, path)
    with shop.wiring.ledger.reading() as books:
        credit = credit_of(books.connection, "C-1", "", "EUR", NOW)

    assert (shop.case("I-1").balance, shop.case("I-2").balance) == (eur("1200"), eur("0"))
    assert before == {"CN-2": "200.00 EUR", "CN-3": "80.00 EUR", "CN-4": "5.00 EUR"}
    # It covers invoices before anybody is dunned.
    assert credit == eur("285")
    assert [(one.row, one.code) for one in first.rejected] == [
        (6, "CREDIT_NOTE"),
        (7, "DUPLICATE_CONFLICT"),
        (8, "CUSTOMER_CHANGED"),
        (9, "CURRENCY_CHANGED"),
    ]
    assert "GONE-9" in first.warnings[0]
    assert (second.counts["accepted"], second.counts["unchanged"]) == (0, 4)
    assert account(shop) == before


def test_the_same_number_with_another_amount_is_refused(shop: Workshop, tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_text(HEAD + "CN-2,C-1,EUR,-1700.00,2026-03-03,,I-2\n")
    taken_from(shop.wiring.ledger, path)
    path.write_text(HEAD + "CN-2,C-1,EUR,-1600.00,2026-03-03,,I-2\n")
    again = taken_from(shop.wiring.ledger, path)

    assert [one.code for one in again.rejected] == ["DUPLICATE_CONFLICT"]
    assert account(shop) == {"CN-2": "200.00 EUR"}


def test_a_credit_note_may_stand_before_its_invoice(shop: Workshop, tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_text(
        HEAD
        + "CN-9,C-1,EUR,-300.00,2026-03-03,,I-9\n"
        + "I-9,C-1,EUR,1000.00,2026-03-03,2026-04-03,\n"
    )
    taken = taken_from(shop.wiring.ledger, path)

    assert taken.warnings == []
    assert shop.case("I-9").balance == eur("700")


def test_an_open_credit_is_shown_aged_and_pays_an_invoice_as_a_credit_note(
    shop: Workshop, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.csv"
    path.write_text(HEAD + "CN-3,C-1,EUR,-80.00,2026-03-04,,\n")
    ledger = shop.wiring.ledger
    taken_from(ledger, path)
    with ledger.reading() as books:
        shown = statement_answer(statement_of(books, "C-1", day(9)))
    desk = CashActions(ledger, shop.wiring.planner, "ada", NOW)
    desk.apply("CN-3", [Target("I-1", Decimal(50))])
    used = shop.case("I-1")
    with ledger.reading() as books:
        past = free_cash(books.connection, date(2026, 3, 3))
        rows = list(aged_rows(books.connection, day(9), "due"))

    assert [(one["kind"], one["amount"]) for one in shown["unapplied"]] == [
        ("credit_note", "80.00")
    ]
    assert shown["aging"][0]["unapplied"] == "-80.00"
    assert used.balance == eur("1450")
    assert [(one.kind, one.source) for one in used.movements] == [("credit_used", "CN-3")]
    assert past == []
    assert sum(row.total for row in rows) == 295_000
    assert account(shop) == {"CN-3": "30.00 EUR"}

    desk.undo("I-1#" + str(used_number(shop)), "another invoice")

    assert [one.kind for one in shop.case("I-1").movements] == ["credit_used", "credit_used"]
    assert shop.case("I-1").balance == eur("1500")
    assert account(shop) == {"CN-3": "80.00 EUR"}


def used_number(shop: Workshop) -> int:
    with shop.wiring.ledger.reading() as books:
        return next(number for number, one in books.history("I-1") if one.kind == "payment_applied")
