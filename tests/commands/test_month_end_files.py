from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from activities.planning import Planner
from commands.month_end.asked import Given
from commands.month_end.document import document, write_document
from commands.month_end.given import general_ledger_of, given_by, rates_of
from commands.month_end.workbook import write_workbook
from dunning.may import NotAllowed
from dunning.policy_problems import InvalidPolicy
from intake.rows import UnreadableFile
from ledger.ledger import Ledger
from tests.commands.month_end_sheets import sheets, value
from tests.commands.month_ending import DEMO, MARCH, closed, ends, fill_march

RATES = {"current": "0.3", "1-30": "1.6", "31-60": "3.6", "61-90": "6.6", "90+": "10.6"}


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One kind of database: what is tested here are files."""
    return f"sqlite:///{tmp_path / 'books.sqlite'}"


@pytest.fixture
def march(ledger: Ledger) -> Ledger:
    """Two customers, three invoices, a payment of which a part is left, a write-off."""
    ledger.transact(fill_march)
    return ledger


def prepared_with(march: Ledger, planner: Planner, file: Path, text: str) -> dict[str, Any]:
    """March, prepared by Ada with this general ledger."""
    file.write_text(text, "utf-8")
    given = given_by(general_ledger_of(file, [DEMO]), {}, DEMO)
    return ends(march, planner, "ada").prepare(DEMO, MARCH, given)


def test_a_general_ledger_that_differs_has_to_be_explained(
    march: Ledger, planner: Planner, tmp_path: Path
) -> None:
    wrong = "entity,currency,account,amount\ndemo,EUR,1200,1250.00\n"
    explained = (
        "entity;currency;account;type;amount;reference;date;owner\n"
        "demo;EUR;1200;;1250.00;;;\ndemo;EUR;1200;timing;250.00;JE-7;2026-03-20;bea\n"
    )
    pack = prepared_with(march, planner, tmp_path / "wrong.csv", wrong)
    assert pack["tie_out"][0]["unexplained"] == "250.00"
    with pytest.raises(NotAllowed, match=r"differs by 250\.00 that no reconciling item"):
        ends(march, planner, "bea").review(DEMO, MARCH, "")

    pack = prepared_with(march, planner, tmp_path / "explained.csv", explained)
    assert pack["tie_out"][0]["unexplained"] == "0.00"
    (item,) = pack["tie_out"][0]["items"]
    assert (item["type"], item["age"], item["owner"]) == ("timing", 11, "bea")
    assert ends(march, planner, "bea").review(DEMO, MARCH, "")["state"] == "closed"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("entity,currency,amount\n", "lacks the column account"),
        ("entity,currency,account,amount,x\n", "has a column 'x'"),
        ("entity,currency,account,amount\ndemo,EUR,1200,12.345\n", "row 2 cannot be read"),
        ("entity,currency,account,amount\ndemo,EUR,1200,\n", "row 2 has no amount"),
        ("entity,currency,account,amount\ndemo,EUR,1200,1,2\n", "has 5 cells for 4 columns"),
        ("entity,currency,account,amount,type\ndemo,EUR,1200,1,fx\n", "without reference"),
    ],
)
def test_a_general_ledger_that_cannot_be_read_says_where(
    tmp_path: Path, text: str, why: str
) -> None:
    file = tmp_path / "gl.csv"
    file.write_text(text, "utf-8")

    with pytest.raises(UnreadableFile, match=re.escape(why)):
        general_ledger_of(file, [DEMO])


def test_rates_are_of_every_bucket_and_the_provision_moves(
    march: Ledger, planner: Planner, tmp_path: Path
) -> None:
    file = tmp_path / "rates.toml"
    file.write_text('[provision]\ncurrent = "0.3"\n', "utf-8")
    with pytest.raises(InvalidPolicy, match="1-30"):
        rates_of(file)
    lines = "\n".join(f'"{key}" = "{rate}"' for key, rate in RATES.items())
    file.write_text(f"[provision]\n{lines}\n", "utf-8")
    pack = ends(march, planner, "ada").prepare(DEMO, MARCH, Given(rates=rates_of(file)))

    euros = next(one for one in pack["provision"] if one["currency"] == "EUR")
    # 800.00 in 31-60 at 3.6 per cent, 300.00 in 1-30 at 1.6 per cent.
    assert euros["closing"] == "33.60"
    moved = [Decimal(euros[name]) for name in ("opening", "charge", "used", "released")]
    assert sum(moved) == Decimal(euros["closing"])


def test_the_workbook_calculates_what_it_shows(
    march: Ledger, planner: Planner, tmp_path: Path
) -> None:
    given = Given(rates={key: Decimal(rate) / 100 for key, rate in RATES.items()})
    pack = closed(march, planner, given)
    write_workbook([pack], tmp_path / "pack.xlsx")

    found = sheets(tmp_path / "pack.xlsx")
    formulas = [
        (name, place, cell)
        for name, cells in found.items()
        for place, cell in cells.items()
        if cell.formula
    ]
    assert len(formulas) >= 20
    for name, _, cell in formulas:
        assert value(found, name, cell.formula) == pytest.approx(Decimal(cell.shown))
    roll = found["Roll-forward"]
    differences = [place for place, cell in roll.items() if cell.shown == "Difference"]
    assert len(differences) == 4
    for place in differences:
        assert Decimal(roll[place.replace("D", "E")].shown) == 0


def test_the_pdf_has_its_signatures_and_the_same_bytes(
    march: Ledger, planner: Planner, tmp_path: Path
) -> None:
    pack = closed(march, planner)
    write_document([pack], tmp_path / "pack.pdf")
    text = "\n".join(page.extract_text() for page in PdfReader(tmp_path / "pack.pdf").pages)

    assert (tmp_path / "pack.pdf").read_bytes() == document(pack)
    for words in ("Prepared by", "ada", "Reviewed by", "bea", "Closing of the subledger", "1 / "):
        assert words in text
    json.dumps(pack)
