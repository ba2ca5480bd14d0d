"""Reports as PDF, to sign and to keep."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from itertools import islice
from pathlib import Path

import typst

from commands.reports.table import Cell, ReportTable
from dunning.may import NotAllowed

_FOLDER = Path(__file__).parents[2] / "templates" / "reports"
# More are read by machines: CSV and XLSX hold them.
MOST_ROWS = 5_000


def write_pdf(table: ReportTable, path: Path, day: date) -> None:
    """Write the table and what it is about as PDF, dated `day`; raises NotAllowed when too long.

    Fonts are those inside typst: the same report has the same bytes everywhere.
    """
    path.write_bytes(report_pdf(table, day))


def report_pdf(table: ReportTable, day: date) -> bytes:
    """The PDF of a table; raises NotAllowed when it has too many rows."""
    printed: bytes = typst.compile(
        _FOLDER / "table.typ",
        root=_FOLDER,
        ignore_system_fonts=True,
        sys_inputs={"data": _data(table, day)},
        timestamp=datetime.combine(day, time(), UTC),
    )
    return printed


def _data(table: ReportTable, day: date) -> str:
    rows = list(islice(table.rows, MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise NotAllowed(f"A PDF holds {MOST_ROWS:,} rows; use --csv or --xlsx for more.")
    sides = ["left" if one.kind in ("text", "date") else "right" for one in table.columns]
    data = {
        "title": table.title,
        "date": [day.year, day.month, day.day],
        "control": [[name, _shown(value)] for name, value in (*table.control, ("rows", len(rows)))],
        "columns": [one.name for one in table.columns],
        "sides": sides,
        "rows": [[_shown(cell) for cell in row] for row in rows],
    }
    return json.dumps(data, ensure_ascii=False)


def _shown(cell: Cell) -> str:
    text = "" if cell is None else str(cell)
    return "".join(sign if sign.isprintable() else " " for sign in text)
