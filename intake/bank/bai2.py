"""BAI2 (Cash Management Balance Reporting, version 2): previous-day and intraday reports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dunning.money import Money
from intake.bank.bai2_entries import entry_of, whole
from intake.bank.bai2_records import Record, records
from intake.bank.statement import Stated, Statement, bounded, day_of
from intake.rows import UnreadableFile

# What an empty currency means, by the standard.
_DEFAULT_CURRENCY = "USD"
_CURRENCY = re.compile(r"[A-Z]{3}")
_COUNT = re.compile(r"[0-9]{1,9}")
_OPENING, _CLOSING = "010", "015"
_TOTALS = {"100": "credits", "400": "debits"}
_DELETION, _TEST = "2", "4"
_FUNDS_CELLS = {"V": 2, "S": 3}


@dataclass
class _Sum:
    """The running control total of an account, a group or the file: amounts, parts, records."""

    amount: int = 0
    parts: int = 0
    size: int = 0


def read_bai2(path: Path, encoding: str) -> list[Statement]:
    """One statement an account record, each with all its entries and what its totals say.

    Raises UnreadableFile when records are missing or broken.
    """
    reader = _Reader(path.name)
    for record in records(path, encoding):
        reader.take(record)
    return reader.finished()


class _Reader:
    def __init__(self, file_name: str) -> None:
        self._file_name = file_name
        self._statements: list[Statement] = []
        self._file, self._group, self._account = _Sum(), _Sum(), _Sum()
        self._currency, self._status = _DEFAULT_CURRENCY, ""
        self._day: date | None = None
        self._entries = 0
        # The codes of the records that are open: 01, 02 and 03, one inside the other.
        self._open: list[str] = []

    def finished(self) -> list[Statement]:
        if self._open or not self._statements:
            reason = "its last records are missing" if self._open else "it reports no account"
            raise UnreadableFile(f"{self._file_name} is half-written: {reason}. Fetch it again.")
        return self._statements

    def take(self, record: Record) -> None:
        for total in (self._file, self._group, self._account):
            total.size += record.size
        match record.code:
            case "01":
                self._enter(record, [], "01")
                self._file = _Sum(size=record.size)
            case "02":
                self._enter(record, ["01"], "02")
                self._begin_group(record)
            case "03":
                self._enter(record, ["01", "02"], "03")
                self._begin_account(record)
            case "16" if self._open == ["01", "02", "03"]:
                self._take_entry(record)
            case "49":
                self._leave(record, ["01", "02", "03"], self._account, self._group)
            case "98":
                self._leave(record, ["01", "02"], self._group, self._file)
            case "99":
                self._leave(record, ["01"], self._file, _Sum())
            case _:
                raise self._misplaced(record)

    def _enter(self, record: Record, outer: list[str], code: str) -> None:
        if self._open != outer:
            raise self._misplaced(record)
        self._open = [*outer, code]

    def _misplaced(self, record: Record) -> UnreadableFile:
        place = f"record {record.code} in line {record.line} does not belong there"
        return UnreadableFile(f"{self._file_name} is damaged: {place}. Fetch it again.")

    def _begin_group(self, record: Record) -> None:
        self._group = _Sum(size=record.size)
        _, _, self._status, day, _, currency = [*record.cells, *[""] * 6][:6]
        self._day = day_of(day) if day else None
        self._currency = currency if _CURRENCY.fullmatch(currency) else _DEFAULT_CURRENCY
        if self._status == _TEST:
            raise UnreadableFile(f"{self._file_name} is a test of the bank, not a statement.")

    def _begin_account(self, record: Record) -> None:
        account, own, *cells = [*record.cells, "", ""]
        currency = own if _CURRENCY.fullmatch(own) else self._currency
        number = self._day.isoformat() if self._day else ""
        statement = Statement("BAI2", account, number, currency)
        self._account = _Sum(size=record.size)
        for code, amount, count in _summaries(cells, record):
            self._account.amount += amount
            total = Money(amount, currency)
            if code == _OPENING:
                statement.opening = total
            elif code == _CLOSING:
                statement.closing = total
            elif code in _TOTALS:
                statement.stated.append(Stated(_TOTALS[code], count, total))
        if self._status == _DELETION:
            statement.remarks.append("The bank withdraws it, so its entries were left out.")
        self._statements.append(statement)
        bounded(len(self._statements), self._file_name)

    def _take_entry(self, record: Record) -> None:
        self._entries = bounded(self._entries + 1, self._file_name)
        statement = self._statements[-1]
        read = entry_of(record, self._entries, statement.currency, self._day)
        self._account.amount += read.unsigned_minor
        if self._status != _DELETION:
            statement.entries.append(read.entry)

    def _leave(self, record: Record, inside: list[str], total: _Sum, outer: _Sum) -> None:
        """Compare a trailer with what was counted, and pass the sums on."""
        if self._open != inside:
            raise self._misplaced(record)
        self._open = inside[:-1]
        outer.amount += total.amount
        outer.parts += 1
        if not self._statements:
            # A group without accounts; a file without any is refused at its end.
            return
        stated, *counts = record.cells
        if stated and whole(stated, record) != total.amount:
            self._statements[-1].faults.append(
                f"record {record.code} in line {record.line} states a control total of"
                f" {whole(stated, record)}, the records add up to {total.amount}"
            )
        own = [total.size] if record.code == "49" else [total.parts, total.size]
        if [_count(count) for count in counts][: len(own)] != own:
            self._statements[-1].remarks.append(
                f"Record {record.code} in line {record.line} counts its records otherwise."
            )


def _summaries(cells: list[str], record: Record) -> Iterator[tuple[str, int, int | None]]:
    """Type code, minor units and item count of each summary; a blank amount is nothing."""
    at = 0
    while at < len(cells):
        code = cells[at]
        if not code:
            at += 1
            continue
        amount, count, funds = [*cells[at + 1 : at + 4], "", "", ""][:3]
        at += 4 + _FUNDS_CELLS.get(funds, 0)
        if funds == "D":
            pairs = cells[at] if at < len(cells) else ""
            at += 1 + 2 * (_count(pairs) or 0)
        yield code, whole(amount, record), _count(count)


def _count(text: str) -> int | None:
    return int(text) if _COUNT.fullmatch(text) else None
