from __future__ import annotations

import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from activities.planning import Planner
from commands.month_end.asked import Given
from commands.month_end.document import document
from commands.month_end.parts import parts_of
from commands.month_end.summary import rates_told, summary_of, translated_pack
from commands.month_end.workbook import write_workbook
from dunning.facts import InvoiceOpened
from dunning.may import NotAllowed
from ledger.ledger import Ledger
from tests.commands.month_end_sheets import Cell, sheets, value
from tests.commands.month_ending import DEMO, MARCH, ends, fill_march
from tests.commands.reporting import AT
from tests.ledger.entries import eur, opened

YEN = {"JPY": Decimal("0.0061")}
_ROUND = re.compile(r"ROUND\(([A-Z]\d+)\*([\d.]+),(\d)\)")


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One kind of database: what is tested here are sums."""
    return f"sqlite:///{tmp_path / 'books.sqlite'}"


@pytest.fixture
def packs(ledger: Ledger, planner: Planner) -> list[dict[str, Any]]:
    """March of two entities: euros and yen, and euros of a second one."""
    ledger.transact(fill_march)
    other: InvoiceOpened = replace(
        opened("O-1", "C-2", eur(12_345)),
        at=AT,
        entity="acme",
        issue_date=MARCH.first,
        due_date=MARCH.last,
    )
    ledger.transact(lambda books: books.open_case(other))
    view = ends(ledger, planner)
    return [view.pack(one, MARCH) for one in ("acme", DEMO)]


def test_the_entities_of_a_month_are_summed_currency_by_currency(
    packs: list[dict[str, Any]],
) -> None:
    found = summary_of(packs)

    assert [(one["entity"], one["currency"], one["closing"]) for one in found["rows"]] == [
        ("acme", "EUR", "123.45"),
        ("demo", "EUR", "1000.00"),
        ("demo", "JPY", "0"),
    ]
    assert [(one["currency"], one["closing"]) for one in found["totals"]] == [
        ("EUR", "1123.45"),
        ("JPY", "0"),
    ]
    assert found["translated"] is None


def test_one_currency_needs_its_rates_and_prints_them(packs: list[dict[str, Any]]) -> None:
    with pytest.raises(NotAllowed, match="No rate from JPY to EUR"):
        summary_of(packs, "EUR", {})
    with pytest.raises(NotAllowed, match="not the ISO code"):
        summary_of(packs, "EURO", YEN)
    found = summary_of(packs, "EUR", YEN)["translated"]

    assert (found["closing"], found["rates"]) == ("1123.45", {"JPY": "0.0061"})
    assert rates_told(found) == "At the rates given: 1 JPY = 0.0061 EUR."


def test_the_pdf_states_currency_and_rate_of_a_translation(packs: list[dict[str, Any]]) -> None:
    pack = translated_pack(packs[1], "USD", {"EUR": Decimal("1.085"), "JPY": Decimal("0.0066")})
    (part,) = [one for one in parts_of(pack) if one["title"] == "In USD"]

    assert "1 EUR = 1.085 USD, 1 JPY = 0.0066 USD" in part["note"]
    # 1,000.00 at 1.085; of the aging 800.00 and 300.00 less 100.00 unapplied.
    (row,) = part["rows"]
    assert (row[2], row[4], row[5], row[-1]) == ("1,085.00", "325.50", "868.00", "-108.50")
    assert "In USD" not in [one["title"] for one in parts_of(packs[1])]
    assert document(pack).startswith(b"%PDF")


def test_the_sheet_calculates_what_it_shows(packs: list[dict[str, Any]], tmp_path: Path) -> None:
    rates = {"EUR": Decimal("1.085"), "JPY": Decimal("0.0066")}
    write_workbook(packs, tmp_path / "pack.xlsx", summary_of(packs, "USD", rates))
    found = sheets(tmp_path / "pack.xlsx")
    told = found["Summary"]

    calculated = [one for place, one in told.items() if place[0] in "CD" and one.formula]
    assert len(calculated) == 13
    assert {_value(found, one.formula) - Decimal(one.shown) for one in calculated} == {Decimal(0)}
    last = max(int(place[1:]) for place in told)
    assert (told[f"B{last}"].shown, told[f"D{last}"].shown) == ("in USD", "1218.94")
    assert [one.shown for one in told.values() if " at " in one.shown] == [
        "EUR at 1.085",
        "JPY at 0.0066",
    ]


def _value(found: dict[str, dict[str, Cell]], formula: str) -> Decimal:
    """What a formula comes to; those that add translated cells are added here."""
    rounded = _ROUND.fullmatch(formula)
    if rounded:
        cell = found["Summary"][rounded[1]]
        exact = value(found, "Summary", cell.formula) * Decimal(rounded[2])
        return exact.quantize(Decimal(1).scaleb(-int(rounded[3])), ROUND_HALF_UP)
    added = re.fullmatch(r"SUM\(([A-Z])(\d+):[A-Z](\d+)\)", formula)
    if added:
        rows = range(int(added[2]), int(added[3]) + 1)
        parts = (found["Summary"][f"{added[1]}{row}"].formula for row in rows)
        return sum((_value(found, one) for one in parts), start=Decimal(0))
    return value(found, "Summary", formula)


def test_a_translation_is_not_part_of_what_is_signed(ledger: Ledger, planner: Planner) -> None:
    ledger.transact(fill_march)
    pack = ends(ledger, planner, "ada").prepare(DEMO, MARCH, Given())

    assert translated_pack(pack, "EUR", YEN)["digest"] == pack["digest"]
