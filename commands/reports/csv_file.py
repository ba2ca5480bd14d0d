"""Reports as CSV: one clean table to look things up in, and a second file that proves it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from activities.open_items_file import formula_safe
from commands.reports.table import Cell, ReportTable


def write_csv(table: ReportTable, path: Path) -> Path:
    """Write the table, and beside it ``<name>.control.csv``; answers with the second file.

    UTF-8 with mark, commas, ISO dates, decimal points, one header row. Text that a spreadsheet
    would calculate begins with an apostrophe.
    """
    count = 0

    def rows() -> Iterable[Sequence[Cell]]:
        nonlocal count
        for row in table.rows:
            count += 1
            yield row

    _write(path, [one.name for one in table.columns], rows())
    control = path.with_name(f"{path.stem}.control.csv")
    told: list[tuple[str, Cell]] = [("report", table.title), *table.control]
    facts = [*told, *table.summed(), ("rows", count)]
    _write(control, ["what", "value"], facts)
    return control


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([_cell(cell) for cell in row] for row in rows)


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return formula_safe(cell)
    return "" if cell is None else str(cell)
