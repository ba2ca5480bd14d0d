"""What every reader answers with besides good rows: refused rows and unreadable files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

# A cell as the file gives it: text, or what a spreadsheet stores as a number or a date.
Cell = str | Decimal | date

_LONGEST_KEPT_CELL = 500
_UNKEEPABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class UnreadableFile(Exception):  # noqa: N818  # It names what it is about, as NotAllowed does.
    """The whole file is refused; the message is one plain sentence that says why."""


class BadCell(Exception):  # noqa: N818  # The same.
    """One cell cannot be accepted: which field, a code to count, a sentence for people."""

    def __init__(self, field_name: str, code: str, reason: str) -> None:
        super().__init__(reason)
        self.field_name, self.code, self.reason = field_name, code, reason


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not accepted, kept whole so that it can be mended and replayed.

    ``row`` counts from 1 as a spreadsheet shows it; ``cells`` are header → text as read.
    """

    row: int
    column: str
    code: str
    reason: str
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Headings:
    """Where the fields stand: the header texts, the position of each field, what holds for all."""

    names: tuple[str, ...]
    columns: dict[str, int]
    constants: dict[str, str] = field(default_factory=dict)

    def of(self, field_name: str) -> str:
        """The header people see for a field, or the field's own name where it has no column."""
        at = self.columns.get(field_name)
        return field_name if at is None else self.names[at]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file below its header row, with the values a group row above it gave."""

    row: int
    cells: list[Cell]
    headings: Headings
    carried: dict[str, str]

    def own(self, field_name: str) -> Cell:
        """The field's cell in this line, trimmed; empty text where there is none."""
        at = self.headings.columns.get(field_name)
        if at is None or at >= len(self.cells):
            return ""
        found = self.cells[at]
        return found.strip() if isinstance(found, str) else found

    def cell(self, field_name: str) -> Cell:
        """The field's own cell, else the group row's value, else the declared constant."""
        found = self.own(field_name)
        return self.carried.get(field_name, "") if found == "" else found

    def rejected(self, bad: BadCell) -> Rejected:
        """This line as a refused row."""
        column = self.headings.of(bad.field_name)
        return Rejected(self.row, column, bad.code, storable(bad.reason), dict(self._kept()))

    def _kept(self) -> Iterator[tuple[str, str]]:
        names = self.headings.names
        for at, cell in enumerate(self.cells):
            name = (names[at] if at < len(names) else "") or f"column {at + 1}"
            yield name, storable(plain(cell))[:_LONGEST_KEPT_CELL]


def storable(text: str) -> str:
    """The text with everything a database or JSON file cannot hold shown as a replacement sign."""
    return _UNKEEPABLE.sub("\ufffd", text)


def plain(cell: Cell) -> str:
    """The text of any cell: numbers in full without an exponent, dates as ISO text."""
    if isinstance(cell, str):
        return cell
    return format(cell, "f") if isinstance(cell, Decimal) else cell.isoformat()
