"""Short ledgers for tests, and what a reading made of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from intake.invoices import InvoiceRow, read_invoices
from intake.mapping import Mapping, load_mapping
from intake.reading import Reading
from intake.rows import Rejected

Row = TypeVar("Row")
SHARED = Path(__file__).parents[3] / "shared" / "data"
FIELDS = ("invoice", "customer", "currency", "amount", "issue_date", "due_date")
GOOD = dict(zip(FIELDS, ("A-1", "C-1", "EUR", "10.00", "2026-01-02", "2026-02-01"), strict=True))


def write(folder: Path, text: str | bytes, name: str = "ledger.csv") -> Path:
    """A file with exactly this text (as UTF-8) or these bytes."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def table(rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    """Rows as delimited text."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue()


def invoices(folder: Path, *changes: dict[str, str], name: str = "ledger.csv") -> Path:
    """An invoices file: one row for each change to the good invoice."""
    fields = list(dict.fromkeys([*FIELDS, *(key for change in changes for key in change)]))
    rows = [[{**GOOD, **change}.get(field, "") for field in fields] for change in changes]
    return write(folder, table([fields, *rows]), name)


def sort_out(reading: Reading[Row]) -> tuple[list[Row], list[Rejected]]:
    """The accepted and the refused rows of a reading."""
    accepted: list[Row] = []
    refused: list[Rejected] = []
    for row in reading:
        if isinstance(row, Rejected):
            refused.append(row)
        else:
            accepted.append(row)
    return accepted, refused


def the_row(folder: Path, **change: str) -> InvoiceRow:
    """The one accepted invoice of a file that changes the good invoice."""
    accepted, refused = sort_out(read_invoices(invoices(folder, change)))
    assert not refused, refused
    return accepted[0]


def the_refusal(folder: Path, **change: str) -> tuple[str, str]:
    """Column and code of the one refused invoice of a file that changes the good invoice."""
    accepted, refused = sort_out(read_invoices(invoices(folder, change)))
    assert not accepted, accepted
    return refused[0].column, refused[0].code


def declared(folder: Path, text: str) -> Mapping:
    """A column map that adds this TOML to Duncan's own."""
    return load_mapping(write(folder, f'extends = "duncan"\n{text}', "map.toml"))
