"""Reads what the general ledger says at a month's end, and why it differs from the subledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dunning.money import Money
from intake.delimited import records
from intake.files import Limits, encoding_of, is_workbook
from intake.rows import Cell, UnreadableFile

_NEEDED = ("entity", "currency", "account", "amount")
_COLUMNS = (*_NEEDED, "type", "reference", "date", "owner")
_LIMITS = Limits(text_bytes=5_000_000)
_MOST_ROWS = 10_000
# The row is the balance of an account; every other type is a reconciling item.
BALANCE = "balance"


@dataclass(frozen=True)
class GeneralLedgerRow:
    """A balance of a control account (type `balance`), or a reconciling item of another type."""

    row: int
    entity: str
    account: str
    what: str
    amount: Money
    reference: str = ""
    on: date | None = None
    owner: str = ""


def read_general_ledger(path: Path) -> list[GeneralLedgerRow]:
    """The rows of a CSV file with entity, currency, account, amount, type, reference, date, owner.

    Amounts have a decimal point and no grouping; a type that is missing or empty is `balance`.
    Every other type needs a reference, a date and an owner. Raises UnreadableFile.
    """
    if is_workbook(path, _LIMITS):
        raise UnreadableFile(f"{path.name} is a workbook; save the sheet as CSV.")
    lines = records(path, encoding_of(path).name, _delimiter(path))
    header = [str(cell).strip().lower() for cell in next(lines, (0, []))[1]]
    missing = [name for name in _NEEDED if name not in header]
    unknown = [name for name in header if name not in _COLUMNS]
    if missing or unknown:
        wrong = f"lacks the column {missing[0]}" if missing else f"has a column {unknown[0]!r}"
        raise UnreadableFile(f"{path.name} {wrong}; it has {', '.join(_COLUMNS)}.")
    found = [_row(path, number, header, cells) for number, cells in lines if any(cells)]
    if len(found) > _MOST_ROWS:
        raise UnreadableFile(f"{path.name} has more than {_MOST_ROWS:,} rows.")
    return found


def _delimiter(path: Path) -> str:
    with path.open(encoding=encoding_of(path).name, errors="replace") as file:
        first = file.readline(10_000)
    return max(",;\t", key=first.count)


def _row(path: Path, number: int, header: list[str], cells: list[Cell]) -> GeneralLedgerRow:
    if len(cells) > len(header):
        raise _wrong(path, number, f"has {len(cells)} cells for {len(header)} columns")
    given = dict.fromkeys(_COLUMNS, "")
    given |= {name: str(cell).strip() for name, cell in zip(header, cells, strict=False)}
    empty = next((name for name in _NEEDED if not given[name]), "")
    if empty:
        raise _wrong(path, number, f"has no {empty}")
    try:
        amount = Money.parse(given["amount"], given["currency"].upper())
        on = date.fromisoformat(given["date"]) if given["date"] else None
    except ValueError as error:
        raise _wrong(path, number, f"cannot be read: {str(error).rstrip('.')}") from None
    what = given["type"].lower() or BALANCE
    if what != BALANCE and not (on and given["reference"] and given["owner"]):
        raise _wrong(path, number, f"is a {what} without reference, date or owner")
    return GeneralLedgerRow(
        number,
        given["entity"],
        given["account"],
        what,
        amount,
        given["reference"],
        on,
        given["owner"],
    )


def _wrong(path: Path, number: int, why: str) -> UnreadableFile:
    return UnreadableFile(f"{path.name}: row {number} {why}.")
