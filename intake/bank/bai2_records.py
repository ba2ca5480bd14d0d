"""The records of a BAI2 file, with their continuations, one physical line or several."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from intake.bank.lines import lines
from intake.rows import UnreadableFile

_MOST_PARTS = 1_000
_CONTINUES = "88"
_BEGINS = re.compile(r"(01|02|03|16|88|49|98|99)(?=[,:/])")
# Some banks pad records instead of ending lines: a slash, blanks and the next record.
_PADDED = re.compile(r"/\s+(?=(?:02|03|16|88|49|98|99),)")


class Record(NamedTuple):
    """A record: its code, its own part and those of its continuations, without final slashes."""

    code: str
    parts: tuple[str, ...]
    line: int

    @property
    def size(self) -> int:
        """How many physical records it is made of."""
        return len(self.parts)

    @property
    def cells(self) -> list[str]:
        """All fields of all parts; a record that has no text carries on field by field."""
        return [cell.strip() for part in self.parts for cell in part.split(",")]


def records(path: Path, encoding: str) -> Iterator[Record]:
    """Every record in order. Raises UnreadableFile when one is longer than any bank's."""
    code, parts, start = "", list[str](), 0
    for number, text in _physical(path, encoding):
        begins = _BEGINS.match(text)
        if begins and begins[1] != _CONTINUES:
            if code:
                yield Record(code, tuple(map(_ended, parts)), start)
            code, parts, start = begins[1], [text[3:]], number
        elif begins and code:
            parts.append(text[3:])
        elif parts:
            # A line end inside a text.
            parts[-1] += f" {text.strip()}"
        if len(parts) > _MOST_PARTS:
            raise UnreadableFile(f"{path.name} has a record of over {_MOST_PARTS:,} parts.")
    if code:
        yield Record(code, tuple(map(_ended, parts)), start)


def _physical(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    for number, line in lines(path, encoding):
        for text in _PADDED.split(line):
            if text.strip():
                yield number, text.strip()


def _ended(part: str) -> str:
    return part.rstrip().removesuffix("/").rstrip()
