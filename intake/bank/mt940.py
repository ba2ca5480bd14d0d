"""MT940 and MT942 (SWIFT): customer statements and interim reports, with banks' own habits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from intake.bank.mt940_fields import Field, fields
from intake.bank.mt940_lines import entry_of
from intake.bank.mt940_words import own_words, words
from intake.bank.statement import NO_CURRENCY, Stated, Statement, bounded, money
from intake.rows import UnreadableFile

_BALANCE = re.compile(r"(?P<sign>[CD])\d{6}(?P<currency>[A-Z]{3})?(?P<amount>[\d ,.]+)", re.ASCII)
_FLOOR = re.compile(r"([A-Z]{3})[CD]?\d", re.ASCII)
_SUMS = re.compile(r"(?P<count>\d{1,7})(?P<currency>[A-Z]{3})(?P<sum>[\d,]+)", re.ASCII)


def read_mt940(path: Path, encoding: str) -> list[Statement]:
    """The statements of an MT940 or MT942 file, each with all its entries.

    A field banks leave out is empty; entries outside any statement form one without account.
    Raises UnreadableFile.
    """
    pile = _Pile(path.name)
    for found in fields(path, encoding):
        pile.take(found)
    return pile.statements


class _Pile:
    """The statements so far; fields belong to the last one, words to its last entry."""

    def __init__(self, file_name: str) -> None:
        self.statements: list[Statement] = []
        self._file_name = file_name
        self._count = 0
        self._is_open = False
        # Words before the first entry, or after the closing balance, are about the statement.
        self._describes_entry = False

    def take(self, found: Field) -> None:
        if found.tag == "end":
            self._is_open = False
            return
        if found.tag == "20" or not self._is_open:
            self._begin(found)
        statement = self.statements[-1]
        match found.tag:
            case "25" | "25P":
                statement.account = found.text.split("\n")[0].replace(" ", "")
            case "28" | "28C":
                statement.number = found.text.strip()
            case "61":
                self._enter(statement, found)
            case "86" | "NS" if self._describes_entry:
                last = statement.entries[-1]
                own = found.tag == "NS"
                told = own_words(last, found.text) if own else words(last, found.text)
                statement.entries[-1] = told
            case _:
                self._take_figure(statement, found)

    def _begin(self, found: Field) -> None:
        bounded(len(self.statements) + 1, self._file_name)
        self.statements.append(Statement("MT940" if found.tag == "20" else "MT940 without head"))
        self._is_open, self._describes_entry = True, False

    def _enter(self, statement: Statement, found: Field) -> None:
        self._count = bounded(self._count + 1, self._file_name)
        statement.entries.append(entry_of(found, self._count, statement.currency))
        self._describes_entry = True

    def _take_figure(self, statement: Statement, found: Field) -> None:
        tag = found.tag
        if tag in {"60F", "60M"}:
            _open(statement, found)
            statement.carries_on = tag == "60M"
        elif tag in {"62F", "62M"}:
            _close(statement, found)
            self._describes_entry = False
        elif tag == "34F":
            statement.form = "MT942"
            if floor := _FLOOR.match(found.text):
                _denominate(statement, floor[1])
        elif tag in {"90C", "90D"}:
            self._describes_entry = False
            statement.stated.extend(_sums(found))


def _open(statement: Statement, found: Field) -> None:
    written = _balance(found)
    _denominate(statement, written["currency"] or NO_CURRENCY)
    total = money(_plain(written["amount"]), statement.currency)
    statement.opening = total if written["sign"] == "C" else -total


def _close(statement: Statement, found: Field) -> None:
    written = _balance(found)
    # Some banks name the currency with the opening balance only.
    currency = written["currency"] or statement.currency
    _denominate(statement, currency)
    total = money(_plain(written["amount"]), currency)
    statement.closing = total if written["sign"] == "C" else -total


def _balance(found: Field) -> re.Match[str]:
    written = _BALANCE.match(found.text)
    if written is None:
        raise UnreadableFile(
            f"Line {found.line} of the bank statement is no balance: {found.text[:40]!r}."
        )
    return written


def _denominate(statement: Statement, currency: str) -> None:
    """Name the statement's currency, once and before its first entry."""
    if statement.currency == NO_CURRENCY and not statement.entries:
        statement.currency = currency


def _sums(found: Field) -> Iterator[Stated]:
    if written := _SUMS.match(found.text):
        kind = "credits" if found.tag == "90C" else "debits"
        total = money(_plain(written["sum"]), written["currency"])
        yield Stated(kind, int(written["count"]), total)


def _plain(amount: str) -> str:
    return amount.replace(" ", "").replace(",", ".").strip(".") or "0"
