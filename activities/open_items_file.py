"""The attached list of all items of a letter, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from activities.letter_words import ROWS_INLINE, oldest_first

if TYPE_CHECKING:
    from activities.letter_request import LetterItem, LetterRequest

# A spreadsheet runs a cell that starts with one of these, or with their full-width forms
# (OWASP, CSV injection).
_FORMULA_STARTS = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")


@dataclass(frozen=True)
class ItemsFileWords:
    """The words of the list in one language: its file name, columns and the three states."""

    stem: str
    columns: tuple[str, ...]
    overdue: str
    upcoming: str
    new: str

    @classmethod
    def parse(cls, text: str) -> ItemsFileWords:
        """Read the template ``items_file_words.txt``: name, columns, states, a line each.

        Raises ValueError when a line or a word is missing.
        """
        stem, columns, states = text.strip().splitlines()
        overdue, upcoming, new = states.split(",")
        return cls(stem, tuple(columns.split(",")), overdue, upcoming, new)


def needs_items_file(request: LetterRequest) -> bool:
    """Whether the items are too many to be read in the letter alone."""
    return len(request.overdue) + len(request.upcoming) + len(request.new) > ROWS_INLINE


def items_file_name(words: ItemsFileWords, request: LetterRequest) -> str:
    """A name every file system takes: ``open-items-C1001-2026-03-03.csv``."""
    customer = re.sub(r"[^A-Za-z0-9._-]+", "-", request.customer)
    return f"{words.stem}-{customer}-{request.today.isoformat()}.csv"


def items_file(words: ItemsFileWords, request: LetterRequest) -> bytes:
    """All items with their state: UTF-8 CSV with mark, ISO dates, decimal point, ISO currency."""
    states = (
        (words.overdue, request.overdue),
        (words.upcoming, request.upcoming),
        (words.new, request.new),
    )
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([formula_safe(column) for column in words.columns])
    for state, items in states:
        writer.writerows(_row(item, state) for item in oldest_first(items))
    return file.getvalue().encode("utf-8-sig")


def formula_safe(text: str) -> str:
    """Text that a spreadsheet shows and does not calculate."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _row(item: LetterItem, state: str) -> list[str]:
    disputed = "" if item.disputed is None else str(item.disputed.major)
    return [
        formula_safe(item.invoice),
        formula_safe(item.reference),
        item.issue_date.isoformat(),
        item.due_date.isoformat(),
        str(max(item.days_overdue, 0)),
        str(item.amount.major),
        str(item.balance.major),
        disputed,
        str(item.to_pay.major),
        item.balance.currency,
        formula_safe(state),
    ]
