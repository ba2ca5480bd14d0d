from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from dunning.money import Money
from intake.files import Limits
from intake.invoices import read_invoices
from intake.rows import UnreadableFile
from tests.intake.ledgers import FIELDS, sort_out

ISSUED = datetime.fromisoformat("2026-01-02T00:00")
DUE = datetime.fromisoformat("2026-02-01T00:00")
TYPED = ("A-1", "C-1", "EUR", 10.1, ISSUED, DUE)


def workbook(folder: Path, *rows: tuple[object, ...], left: int = 0, title: str = "") -> Path:
    """A workbook whose only sheet holds a title row, the header and these rows."""
    path = folder / "ledger.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("Open items")
        if title:
            sheet.write(0, left, title)
        for at, row in enumerate([FIELDS, *rows], 1):
            sheet.write_row(at, left, row)
    return path


def rewritten(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """The same archive with some bytes of one part replaced."""
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    assert old in contents[part]
    contents[part] = contents[part].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("left", [0, 3])
def test_typed_cells_are_read_wherever_the_table_stands(tmp_path: Path, left: int) -> None:
    accepted, refused = sort_out(read_invoices(workbook(tmp_path, TYPED, left=left, title="x")))

    assert not refused
    assert accepted[0].amount == Money(1010, "EUR")
    assert (accepted[0].row, accepted[0].issue_date) == (3, date(2026, 1, 2))
    assert accepted[0].due_date == date(2026, 2, 1)


def test_a_number_as_identifier_has_no_decimals_and_text_keeps_its_zeros(tmp_path: Path) -> None:
    rows = [(1234567890, "00042", *TYPED[2:])]

    accepted, _ = sort_out(read_invoices(workbook(tmp_path, *rows)))

    assert (accepted[0].invoice, accepted[0].customer) == ("1234567890", "00042")


def test_a_number_longer_than_a_spreadsheet_keeps_has_lost_digits(tmp_path: Path) -> None:
    rows = [(1234567890123456789, *TYPED[1:])]

    _, refused = sort_out(read_invoices(workbook(tmp_path, *rows)))

    assert [(bad.column, bad.code) for bad in refused] == [("invoice", "DIGITS_LOST")]


def test_binary_noise_in_an_amount_is_no_decimal(tmp_path: Path) -> None:
    accepted, _ = sort_out(read_invoices(workbook(tmp_path, (*TYPED[:3], 0.1 + 0.2, *TYPED[4:]))))

    assert accepted[0].amount == Money(30, "EUR")


def test_a_bare_day_count_is_no_date(tmp_path: Path) -> None:
    _, refused = sort_out(read_invoices(workbook(tmp_path, (*TYPED[:5], 46123))))

    assert [(bad.column, bad.code) for bad in refused] == [("due_date", "DATE_INVALID")]


def test_a_formula_nobody_computed_is_refused_not_read_as_empty(tmp_path: Path) -> None:
    path = workbook(tmp_path, (*TYPED[:3], "=SUM(1,2)", *TYPED[4:]))

    computed, _ = sort_out(read_invoices(path))
    rewritten(path, "xl/worksheets/sheet1.xml", b"</f><v>0</v>", b"</f><v></v>")
    _, refused = sort_out(read_invoices(path))

    assert computed == []
    assert [(bad.column, bad.code) for bad in refused] == [("amount", "FORMULA_WITHOUT_VALUE")]


def test_a_row_of_formulas_nobody_computed_is_refused_not_left_out(tmp_path: Path) -> None:
    path = workbook(tmp_path, ("=A9",) * len(FIELDS))
    rewritten(path, "xl/worksheets/sheet1.xml", b"</f><v>0</v>", b"</f>")

    _, refused = sort_out(read_invoices(path))

    assert [(bad.row, bad.code) for bad in refused] == [(3, "NOT_A_ROW")]


def test_a_formula_with_its_value_is_its_value(tmp_path: Path) -> None:
    path = workbook(tmp_path, (*TYPED[:3], "=SUM(1,2)", *TYPED[4:]))
    rewritten(path, "xl/worksheets/sheet1.xml", b"</f><v>0</v>", b"</f><v>3</v>")

    accepted, _ = sort_out(read_invoices(path))

    assert accepted[0].amount == Money(300, "EUR")


def test_the_sheet_with_the_header_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    path = tmp_path / "ledger.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        book.add_worksheet("Notes").write(0, 0, "Ask Ada")
        hidden = book.add_worksheet("Old")
        for sheet in (hidden, book.add_worksheet("Open")):
            sheet.write_row(0, 0, FIELDS)
            sheet.write_row(1, 0, TYPED)
        hidden.hide()
    reading = read_invoices(path)

    accepted, _ = sort_out(reading)

    assert len(accepted) == 1
    assert reading.warnings == ["Only the sheet Open was read, not Notes."]


def test_a_workbook_is_known_by_its_content_not_its_name(tmp_path: Path) -> None:
    path = workbook(tmp_path, TYPED).rename(tmp_path / "ledger.csv")

    accepted, _ = sort_out(read_invoices(path))

    assert len(accepted) == 1


def test_a_broken_archive_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, TYPED)
    path.write_bytes(path.read_bytes()[:-200])

    with pytest.raises(UnreadableFile, match="not a whole Excel workbook"):
        read_invoices(path)


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")

    with pytest.raises(UnreadableFile, match="not a whole Excel workbook"):
        read_invoices(path)


@pytest.mark.parametrize(
    ("limits", "said"),
    [(Limits(workbook_bytes=100), "too large"), (Limits(unpacked_bytes=100), "unpacks to more")],
)
def test_a_workbook_too_large_is_refused(tmp_path: Path, limits: Limits, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        read_invoices(workbook(tmp_path, TYPED), limits=limits)


def with_cells(folder: Path, *cells: str) -> Path:
    """A good workbook with these cells behind the others of its last row."""
    tail = f"{''.join(cells)}</row></sheetData>".encode()
    return rewritten(
        workbook(folder, TYPED), "xl/worksheets/sheet1.xml", b"</row></sheetData>", tail
    )


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="EQQQQQQQQ1"><v>1</v></c>',
        '<c r="XFD1048576"><v>1</v></c>',
        "<c a='>' r='XFD1048576'><f>1</f></c>",
        '<c r="AAA999999" t="inlineStr"><is><t>x</t></is></c>',
        '<c r="1"><v>1</v></c>',
        '</row><row r="1048577"><c><v>1</v></c>',
    ],
)
def test_a_sheet_that_would_fill_the_memory_is_refused(tmp_path: Path, cell: str) -> None:
    with pytest.raises(UnreadableFile, match="reaches far beyond what stands in it"):
        sort_out(read_invoices(with_cells(tmp_path, cell)))


def test_cells_that_are_only_coloured_reach_nowhere(tmp_path: Path) -> None:
    coloured = '<c r="XFD3" s="1"/></row><row r="1048576"><c r="XFD1048576" s="1"></c>'
    accepted, _ = sort_out(read_invoices(with_cells(tmp_path, coloured)))

    assert len(accepted) == 1


def test_what_is_called_another_kind_of_table_is_not_read_as_one(tmp_path: Path) -> None:
    path = workbook(tmp_path, TYPED)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("content.xml", "<office:document-content/>")

    with pytest.raises(UnreadableFile, match="not a whole Excel workbook"):
        sort_out(read_invoices(path.rename(tmp_path / "ledger.ods")))
