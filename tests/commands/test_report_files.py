from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from activities.planning import Planner
from commands.reports.aging import (
    aging_of,
    aging_table,
    items_table,
)
from commands.reports.csv_file import write_csv
from commands.reports.pdf import MOST_ROWS, write_pdf
from commands.reports.table import Column, ReportTable, made_by
from commands.reports.xlsx import write_xlsx
from dunning.may import NotAllowed
from ledger.books import Books
from tests.commands.reporting import DAY, INJECTED, NOW, csv_rows


def test_a_csv_is_one_clean_table_and_a_file_that_proves_it(
    reported: Books, planner: Planner, tmp_path: Path
) -> None:
    aging = aging_of(reported, planner.policies, DAY, "due", "customer")
    control = write_csv(made_by(items_table(reported, aging), "ada", NOW), tmp_path / "a.csv")
    rows, proof = csv_rows(tmp_path / "a.csv"), dict(csv_rows(control))

    assert [len(row) for row in rows] == [12] * 4
    assert rows[1][:3] == ["I-1", "C-1", "demo"]
    assert rows[1][3] == "'+PO 1"
    assert rows[1][5:] == ["2026-01-01", "2026-01-31", "59", "31–60", "1200.00", "800.00", "200.00"]
    assert proof["rows"] == "3"
    assert proof["user"] == "ada"
    assert proof["made at"] == "2026-04-01 08:00 UTC"
    assert proof["open EUR"] == "1100.00"
    # A number is no text that calculates.
    assert proof["unapplied EUR"] == "-100.00"


def test_the_items_add_up_to_the_control_totals(
    reported: Books, planner: Planner, tmp_path: Path
) -> None:
    aging = aging_of(reported, planner.policies, DAY, "due", "customer")
    control = write_csv(made_by(items_table(reported, aging), "", NOW), tmp_path / "a.csv")
    head, *rows = csv_rows(tmp_path / "a.csv")
    place, currency = head.index("open"), head.index("currency")
    proof = dict(csv_rows(control))

    for code in ("EUR", "JPY"):
        assert sum(Decimal(row[place]) for row in rows if row[currency] == code) == Decimal(
            proof[f"open {code}"]
        )


def test_a_workbook_has_real_dates_and_numbers_and_calculates_nothing(
    reported: Books, planner: Planner, tmp_path: Path
) -> None:
    aging = aging_of(reported, planner.policies, DAY, "due", "customer")
    write_xlsx(made_by(items_table(reported, aging), "=ada", NOW), tmp_path / "i.xlsx")
    write_xlsx(aging_table(aging), tmp_path / "a.xlsx")
    items, proof = _sheets(tmp_path / "i.xlsx")
    names = [row[1] for row in _sheets(tmp_path / "a.xlsx")[0]]

    assert items[1][5:8] == [date(2026, 1, 1), date(2026, 1, 31), 59.0]
    assert items[1][9:] == [1200.0, 800.0, 200.0]
    assert items[1][3] == "+PO 1"
    assert dict(proof)["rows"] == 3.0
    assert dict(proof)["user"] == "=ada"
    # The text stands as it is; a formula would have no cached value.
    assert names[1] == INJECTED


def test_a_workbook_of_nothing_has_its_header(tmp_path: Path) -> None:
    write_xlsx(ReportTable("Nothing", (Column("a"),), [], ()), tmp_path / "a.xlsx")

    assert _sheets(tmp_path / "a.xlsx")[0] == [["a"]]


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commands.reports.xlsx.MOST_ROWS", 2)
    table = ReportTable("Many", (Column("a", "number"),), ([n] for n in range(5)), ())
    write_xlsx(table, tmp_path / "a.xlsx")
    sheets = _sheets(tmp_path / "a.xlsx")

    assert [[row[0] for row in sheet[1:]] for sheet in sheets[:-1]] == [[0, 1], [2, 3], [4]]
    assert dict(sheets[-1])["rows"] == 5


def test_a_pdf_of_a_report_can_be_read_and_is_refused_when_too_long(
    reported: Books, planner: Planner, tmp_path: Path
) -> None:
    aging = aging_of(reported, planner.policies, DAY, "due", "customer")
    write_pdf(aging_table(aging), tmp_path / "a.pdf", DAY)
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "a.pdf").pages)
    endless = ReportTable("Many", (Column("a"),), (["x"] for _ in range(MOST_ROWS + 1)), ())

    assert "Aging as of 2026-03-31, by customer" in text
    assert INJECTED in text
    with pytest.raises(NotAllowed, match="use --csv or --xlsx"):
        write_pdf(endless, tmp_path / "b.pdf", DAY)


def _sheets(path: Path) -> list[list[list[Any]]]:
    book = CalamineWorkbook.from_path(str(path))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
