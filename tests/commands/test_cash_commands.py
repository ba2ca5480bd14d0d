"""The commands of cash application, as people type them, and imports of several files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import Result

from commands.cases.show import show
from commands.cash import commands as cash_commands
from commands.imports import commands as file_commands
from dunning.may import NotAllowed
from tests.activities.workshop import Workshop, workshop
from tests.cast import customer, eur, invoice
from tests.commands.taking_in import CUSTOMERS, INVOICES, take
from tests.commands.typed import typed
from tests.intake.einvoices.writing import UBL, pdf
from worker import utc_now

HEADER = "payment,date,currency,amount,reference,payer\n"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    with workshop(tmp_path) as found:
        take(found.wiring.ledger, CUSTOMERS, customer("C-1"))
        take(found.wiring.ledger, INVOICES, invoice("I-1"), invoice("I-2", amount=eur("20.00")))
        yield found


def duncan(shop: Workshop, *arguments: str) -> Result:
    """Run a command on the books of the test."""
    door = typer.Typer()
    door.registered_commands += file_commands.app.registered_commands
    door.add_typer(cash_commands.group, name="cash")
    return typed(shop, door, *arguments)


def answered(shop: Workshop, *arguments: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(duncan(shop, *arguments, "--json", "-").stdout)


def statement(folder: Path, name: str, *lines: str) -> str:
    path = folder / name
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_the_files_after_a_refused_one_are_taken_in(shop: Workshop, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xml"
    broken.write_text("<Document><BkToCstmrStmt>", encoding="utf-8")
    good = statement(tmp_path, "b.csv", "P-1,2026-03-04,EUR,1500.00,I-1,Ada")
    found = answered(shop, "import", "payments", str(broken), good, str(tmp_path / "none.csv"))
    again = duncan(shop, "import", "payments", good)

    assert [bool(one.get("refused")) for one in found["files"]] == [True, False, True]
    assert [one["accepted"] for one in found["files"]] == [0, 1, 0]
    assert (again.exit_code, "1 unchanged" in again.stdout) == (0, True)
    assert duncan(shop, "import", "payments", str(broken), good).exit_code == 1


def test_from_the_worklist_to_the_undoing(shop: Workshop, tmp_path: Path) -> None:
    lines = ["P-1,2026-03-04,EUR,20.00,I2,=Ada", "P-2,2026-03-05,EUR,5.00,hello,Bo"]
    duncan(shop, "import", "payments", statement(tmp_path, "a.csv", *lines))
    listed = answered(shop, "cash", "list")
    duncan(shop, "cash", "apply", "P-1", "--to", "I-2=15.00", "--by", "ada")
    explained = answered(shop, "cash", "explain", "P-1")
    (application,) = explained["applications"]
    duncan(shop, "cash", "undo", application["application"], "--by", "ada", "--reason", "no")
    (alias,) = answered(shop, "cash", "aliases")["aliases"]
    duncan(shop, "cash", "forget", alias["payer"], "--by", "ada", "--reason", "no")
    table = tmp_path / "cash.csv"
    duncan(shop, "cash", "list", "--csv", str(table))

    assert [one["payment"] for one in listed["payments"]] == ["P-1", "P-2"]
    assert (application["rule"], explained["left"]) == ("by_hand", "5.00")
    assert answered(shop, "cash", "explain", "P-1")["left"] == "20.00"
    assert answered(shop, "cash", "aliases") == {"aliases": []}
    assert "'=Ada" in table.read_text(encoding="utf-8-sig")
    assert "2 payments wait" in duncan(shop, "cash").stdout


def test_what_was_done_is_said(shop: Workshop, tmp_path: Path) -> None:
    lines = ["P-1,2026-03-04,EUR,20.00,I-2,Ada", "P-2,2026-03-05,EUR,5.00,hello,Bo"]
    duncan(shop, "import", "payments", statement(tmp_path, "a.csv", *lines))
    to_customer = ("--customer", "C-1", "--by", "ada")
    kept = duncan(shop, "cash", "on-account", "P-2", *to_customer).stdout
    number = answered(shop, "cash", "explain", "P-1")["applications"][0]["application"]
    undone = duncan(shop, "cash", "undo", number, "--by", "ada", "--reason", "no").stdout
    taken_off = duncan(shop, "cash", "undo", "P-2", "--by", "ada", "--reason", "no").stdout
    with shop.wiring.ledger.reading() as books:
        facts = show(books, shop.wiring.planner, "I-2", utc_now())["facts"]

    assert kept == "5.00 EUR of payment P-2 is on the account of customer C-1.\n"
    owes = "I-2 owes 20.00 EUR, and payment P-1 has 20.00 EUR left"
    assert undone == f"{number} is undone: {owes}.\n"
    assert taken_off == "Payment P-2 is on nobody's account any more.\n"
    # A fact about another one keeps its own number, and says that one's.
    (undoing,) = [one for one in facts if one["kind"] == "application_undone"]
    assert [one["number"] for one in facts] == list(range(1, len(facts) + 1))
    assert f"I-2#{undoing['of_number']}" == number


def test_an_amount_that_is_none_is_refused(shop: Workshop) -> None:
    result = duncan(shop, "cash", "apply", "P-1", "--to", "I-1=", "--by", "ada")

    assert isinstance(result.exception, NotAllowed)


def test_a_copy_of_an_invoice_that_came_as_a_pdf_is_that_pdf(
    shop: Workshop, tmp_path: Path
) -> None:
    from activities.issued_files import originals  # noqa: PLC0415

    path = tmp_path / "E 1.pdf"
    path.write_bytes(
        pdf(UBL.replace("C-77", "Pellworth").replace("Buyer GmbH", "Pellworth C-1 Ltd"))
    )
    duncan(shop, "import", "invoices", str(path))
    with shop.wiring.ledger.reading() as books:
        case = books.case("E-1")
        (original,) = originals(books, "invoice_copy", ["E-1"])
        mixed = originals(books, "invoice_copy", ["E-1", "I-1"])

    assert case.customer == "C-1"
    assert (original.name, original.content) == ("E_1.pdf", path.read_bytes())
    assert mixed == ()
