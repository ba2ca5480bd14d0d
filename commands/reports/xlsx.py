"""Reports as workbooks: real dates and numbers, one header row, and a sheet that proves it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any

import xlsxwriter

from activities.open_items_file import formula_safe
from commands.reports.table import Cell, Column, ReportTable
from dunning.money import minor_digits

# A sheet holds 1,048,576 rows; the header is one of them.
MOST_ROWS = 1_000_000
_WIDTHS = {"text": 22, "date": 12, "amount": 16, "number": 10}
# The day before 1 March 1900 has no right number; nobody owes since then.
_DAY_ZERO = date(1899, 12, 30)
_OPTIONS = {
    "constant_memory": True,
    # Text is text, whatever it looks like.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_xlsx(table: ReportTable, path: Path) -> None:
    """Write the workbook: the table, in as many sheets as it needs, and the sheet ``Control``.

    Amounts are numbers with the digits of their currency, which the column ``currency`` names;
    a number in a workbook has fifteen significant digits.
    """
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        # The file's own date is no fact about the report.
        book.set_properties({"title": table.title, "created": datetime(2000, 1, 1)})  # noqa: DTZ001 - XLSX has no zones
        styles = _Styles(book)
        rows, number, count = iter(table.rows), 0, 0
        while (first := next(rows, None)) is not None or number == 0:
            number += 1
            some = chain([first], islice(rows, MOST_ROWS - 1)) if first is not None else iter(())
            count += _sheet(
                book, f"Report {number}" if number > 1 else "Report", table, some, styles
            )
        told = (("report", table.title), *table.control, *table.summed(), ("rows", count))
        _control(book, told, styles)


class _Styles:
    """The cell formats of one workbook, made once each."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401 - ships without types
        self._book = book
        self._known: dict[str, Any] = {}
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        # Stays text even when somebody edits the cell.
        self.quoted = book.add_format({"quote_prefix": True})

    def amount(self, currency: str) -> Any:  # noqa: ANN401 - the same
        """The format of amounts in a currency."""
        if currency not in self._known:
            digits = minor_digits(currency)
            shown = f"#,##0.{'0' * digits}" if digits else "#,##0"
            self._known[currency] = self._book.add_format({"num_format": shown})
        return self._known[currency]


def _sheet(
    book: Any,  # noqa: ANN401 - ships without types
    name: str,
    table: ReportTable,
    rows: Iterator[Sequence[Cell]],
    styles: _Styles,
) -> int:
    sheet = book.add_worksheet(name)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _WIDTHS[column.kind])
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.name, styles.head)
    names = [column.name for column in table.columns]
    currency = names.index("currency") if "currency" in names else None
    count = 0
    for count, row in enumerate(rows, start=1):
        iso = str(row[currency]) if currency is not None else ""
        for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            _write(sheet, (count, place), column, cell, styles, iso)
    sheet.autofilter(0, 0, max(count, 1), len(table.columns) - 1)
    return count


def _write(
    sheet: Any,  # noqa: ANN401 - ships without types
    place: tuple[int, int],
    column: Column,
    cell: Cell,
    styles: _Styles,
    currency: str,
) -> None:
    match cell:
        case None:
            return
        case str():
            quoted = styles.quoted if formula_safe(cell) != cell else None
            sheet.write_string(*place, cell, quoted)
        case date():
            # Its number, as workbooks count days: to have it worked out takes twice as long.
            sheet.write_number(*place, (cell - _DAY_ZERO).days, styles.day)
        case Decimal() if column.kind == "amount":
            sheet.write_number(*place, float(cell), styles.amount(currency))
        case _:
            sheet.write_number(*place, float(cell))


def _control(book: Any, facts: Sequence[tuple[str, Cell]], styles: _Styles) -> None:  # noqa: ANN401 - the same
    sheet = book.add_worksheet("Control")
    sheet.set_column(0, 1, 32)
    for place, name in enumerate(("what", "value")):
        sheet.write_string(0, place, name, styles.head)
    for number, (name, value) in enumerate(facts, start=1):
        sheet.write_string(number, 0, name)
        _write(sheet, (number, 1), Column("value"), value, styles, "")
