"""The month-end pack as a workbook whose totals, closings and differences are live formulas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from activities.open_items_file import formula_safe
from commands.month_end.sheets import Formula, Table, list_tables, tie_out_table
from commands.month_end.shown import LABELS, state_of
from commands.month_end.summary import summary_table
from dunning.money import minor_digits
from dunning.reports.roll_forward import UNAPPLIED_LINES

Row = dict[str, Any]
ROLL = "Roll-forward"
_WIDTH, _WIDE = 16, 44
_AMOUNT = 4


def write_workbook(packs: Sequence[Row], path: Path, summary: Row | None = None) -> None:
    """Write the packs of a month's entities into one workbook, with a summary of all of them.

    Formulas carry their values, so that a viewer that does not calculate shows the same.
    """
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        # The file's own date is no fact about the month.
        title = f"Month end {packs[0]['month']}"
        book.set_properties({"title": title, "created": datetime(2000, 1, 1)})  # noqa: DTZ001 - XLSX has no zones
        styles = _Styles(book)
        _write_signatures(book, packs, styles)
        closings = _write_rolls(book, packs, styles)
        summed = [summary_table(summary, closings)] if summary else []
        for table in (*summed, tie_out_table(packs, closings), *list_tables(packs, closings)):
            _write_table(book, table, styles)


class _Styles:
    """The cell formats of the workbook, made once each."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401 - ships without types
        self._book = book
        self._known: dict[tuple[str, bool], Any] = {}
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.bold = book.add_format({"bold": True})
        # Stays text even when somebody edits the cell.
        self.quoted = book.add_format({"quote_prefix": True})

    def amount(self, currency: str, *, is_total: bool = False) -> Any:  # noqa: ANN401 - the same
        """The format of an amount, with a line above a total."""
        key = (currency, is_total)
        if key not in self._known:
            digits = minor_digits(currency)
            shown = f"#,##0.{'0' * digits}" if digits else "#,##0"
            extra = {"bold": True, "top": 1} if is_total else {}
            self._known[key] = self._book.add_format({"num_format": shown, **extra})
        return self._known[key]


@dataclass
class _Block:
    """Where the amounts of a roll-forward begin, and what closes it (rows count from 0)."""

    opening: int
    closing: int


def _write_signatures(book: Any, packs: Sequence[Row], styles: _Styles) -> None:  # noqa: ANN401 - the same
    sheet = book.add_worksheet("Sign-off")
    sheet.set_column(0, 0, _WIDTH * 2)
    sheet.set_column(1, 1, _WIDE * 2)
    place = 0
    for pack in packs:
        for name, value in _signatures(pack):
            sheet.write_string(place, 0, name, styles.bold)
            sheet.write_string(place, 1, value, styles.quoted)
            place += 1
        place += 1


def _signatures(pack: Row) -> Iterator[tuple[str, str]]:
    yield "month end", f"{pack['entity']}, {pack['first']} to {pack['last']}"
    yield "state", state_of(pack)
    for name in ("prepared", "closed"):
        one = pack[name]
        yield f"{name} by", f"{one['by']}, {one['at'][:16]} UTC" if one else "not yet"
    yield "as known at", pack["known_at"]
    yield "rounding", pack["rounding"]
    yield "cadence audit", pack["audit"] or "not made"
    yield "SHA-256 of the figures", pack["digest"]


def _write_rolls(book: Any, packs: Sequence[Row], styles: _Styles) -> dict[tuple[str, str], str]:  # noqa: ANN401 - the same
    """The roll-forwards; answers with the cell of each entity's and currency's closing."""
    sheet = book.add_worksheet(ROLL)
    sheet.set_column(0, 2, _WIDTH)
    sheet.set_column(3, 3, _WIDE)
    sheet.set_column(4, 4, _WIDTH)
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(("entity", "currency", "part", "line", "amount")):
        sheet.write_string(0, column, name, styles.head)
    place, closings = 1, {}
    for pack in packs:
        for roll in pack["roll_forward"]:
            place, cell = _write_roll(sheet, pack["entity"], roll, place, styles)
            closings[pack["entity"], roll["currency"]] = f"'{ROLL}'!{cell}"
            place += 1
    return closings


def _write_roll(sheet: Any, entity: str, roll: Row, place: int, styles: _Styles) -> tuple[int, str]:  # noqa: ANN401 - the same
    currency, ends = roll["currency"], []
    for part, labels in (("invoices", LABELS), ("unapplied", UNAPPLIED_LINES)):
        one, first = roll[part], place
        lines = [("Opening", one["opening"])]
        lines += [(labels[key], amount) for key, amount in one["lines"].items()]
        for line, amount in lines:
            _named(sheet, place, (entity, currency, part, line))
            sheet.write_number(place, _AMOUNT, float(amount), styles.amount(currency))
            place += 1
        made = Decimal(one["closing"]) - Decimal(one["difference"])
        for line, formula, value in (
            ("Closing by movements", f"=SUM(E{first + 1}:E{place})", made),
            ("Closing by balances", "", Decimal(one["closing"])),
            ("Difference", f"=E{place + 2}-E{place + 1}", Decimal(one["difference"])),
        ):
            _named(sheet, place, (entity, currency, part, line))
            style = styles.amount(currency, is_total=True)
            if formula:
                sheet.write_formula(place, _AMOUNT, formula, style, float(value))
            else:
                sheet.write_number(place, _AMOUNT, float(value), style)
            place += 1
        ends.append(f"E{place - 1}")
    _named(sheet, place, (entity, currency, "subledger", "Closing"))
    total = styles.amount(currency, is_total=True)
    sheet.write_formula(place, _AMOUNT, f"={'+'.join(ends)}", total, float(roll["closing"]))
    return place + 1, f"E{place + 1}"


def _named(sheet: Any, place: int, names: Sequence[str]) -> None:  # noqa: ANN401 - the same
    for column, name in enumerate(names):
        sheet.write_string(place, column, name)


def _write_table(book: Any, table: Table, styles: _Styles) -> None:  # noqa: ANN401 - the same
    sheet = book.add_worksheet(table.name)
    sheet.set_column(0, len(table.columns), _WIDTH)
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(table.columns):
        sheet.write_string(0, column, name, styles.head)
    for place, (currency, cells) in enumerate(table.rows, start=1):
        for column, cell in enumerate(cells):
            _write_cell(sheet, (place, column), cell, currency, styles)


def _write_cell(
    sheet: Any,  # noqa: ANN401 - the same
    place: tuple[int, int],
    cell: object,
    currency: str,
    styles: _Styles,
) -> None:
    match cell:
        case None:
            return
        case Formula():
            total = styles.amount(currency, is_total=True)
            sheet.write_formula(*place, cell.text, total, float(cell.value))
        case Decimal():
            sheet.write_number(*place, float(cell), styles.amount(currency))
        case int():
            sheet.write_number(*place, cell)
        case _:
            text = str(cell)
            quoted = styles.quoted if formula_safe(text) != text else None
            sheet.write_string(*place, text, quoted)
