"""How far the sheets of a workbook reach, before a library lays all their cells out in memory."""

from __future__ import annotations

import re
import zipfile
from functools import lru_cache, partial
from typing import IO, NoReturn
from xml.parsers import expat

from intake.rows import UnreadableFile

# A spreadsheet has no more.
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
# Cells from A1 to the last one: so many in any sheet, else so many for each that holds something.
_FREE, _FOR_EACH, _MOST = 1_000_000, 20, 20_000_000
_PIECE = 1 << 20
_SHEET = b"sheetData"
_POSITION = re.compile(r"([A-Za-z]{1,9})([0-9]{1,9})")
_NUMBER = re.compile(r"[0-9]{1,9}")


def check_bounds(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse a workbook of which a few bytes would fill the memory; `name` is the file's.

    Every part that may be a sheet is read, whatever the workbook says of it. Raises
    UnreadableFile, ExpatError for what is no XML, and what zipfile raises.
    """
    for part in archive.infolist():
        if not _may_be_sheet(archive, part):
            continue
        reach = _Reach(name)
        with archive.open(part) as content:
            reach.read(content)
        reach.check()


def _may_be_sheet(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    before = b""
    with archive.open(part) as content:
        for piece in iter(partial(content.read, _PIECE), b""):
            if _SHEET in before + piece:
                return True
            before = piece[-len(_SHEET) :]
    return False


class _Reach:
    """The last row and column of a sheet in which something stands, counted from 1."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._row = self._column = self._last_row = self._last_column = self._cells = 0
        self._is_in_cell = False

    def read(self, content: IO[bytes]) -> None:
        """Read a sheet. Raises UnreadableFile and ExpatError."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._started
        parser.EndElementHandler = self._ended
        parser.StartDoctypeDeclHandler = self._refuse
        parser.ParseFile(content)

    def check(self) -> None:
        """Refuse what reaches much further than it is filled. Raises UnreadableFile."""
        most = min(_FREE + _FOR_EACH * self._cells, _MOST)
        if self._last_row * self._last_column > most:
            self._refuse()

    def _started(self, tag: str, attributes: dict[str, str]) -> None:
        kind = tag.rpartition(":")[2] if ":" in tag else tag
        if kind == "row":
            self._row = self._number(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0
        elif kind == "c":
            self._is_in_cell = True
            self._column += 1
            if "r" in attributes:
                self._place(attributes["r"])
        elif self._is_in_cell:
            # A cell that is only coloured has nothing in it.
            self._is_in_cell = False
            self._count()

    def _ended(self, tag: str) -> None:
        if self._is_in_cell and tag.rpartition(":")[2] == "c":
            self._is_in_cell = False

    def _place(self, position: str) -> None:
        found = _POSITION.fullmatch(position) or self._refuse()
        self._row, self._column = int(found[2]), _column(found[1])

    def _number(self, text: str) -> int:
        return int(text) if _NUMBER.fullmatch(text) else self._refuse()

    def _count(self) -> None:
        self._cells += 1
        self._last_row = max(self._last_row, self._row)
        self._last_column = max(self._last_column, self._column)
        if self._last_row > _LAST_ROW or self._last_column > _LAST_COLUMN:
            self._refuse()

    def _refuse(self, *_: object) -> NoReturn:
        raise UnreadableFile(
            f"{self._name} has a sheet that reaches far beyond what stands in it; delete what is"
            " outside of the table and save it again."
        )


@lru_cache(_LAST_COLUMN)
def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
