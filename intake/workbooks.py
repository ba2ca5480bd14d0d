"""Rows of an Excel workbook's visible sheets, with formulas nobody computed made visible."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from xml.parsers import expat

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from intake.files import Limits
from intake.rows import Cell, UnreadableFile
from intake.sheet_bounds import check_bounds

# What a cell shows whose formula was never computed: readers see an empty cell or a zero.
FORMULA_WITHOUT_VALUE = "="
_PIECE = 1 << 20
_CELL_END = re.compile(rb"</(?:\w+:)?c>")
_CELL_START = re.compile(rb"<(?:\w+:)?c\s([^>]*)>")
_POSITION = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:\w+:)?v[^>]*>[^<]")
_SHEET = re.compile(r'<(?:\w+:)?sheet\s[^>]*?r:id="([^"]*)"')
_RELATION = re.compile(r"<Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
# Everything the standard library raises on archives with damaged directories or contents.
_BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    expat.ExpatError,
    LookupError,
)
# What the library would take instead of the sheets, going by what the file is called.
_OTHER_KINDS = {"content.xml", "xl/workbook.bin"}


# Columns, counted from 0, of a row's formulas without a value, by the row counted from 1.
Uncomputed = dict[int, list[int]]


class Workbook:
    """An opened workbook; its sheets' rows can be read as often as needed.

    Raises UnreadableFile when the archive is broken, protected or unpacks to too much.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._parts = _checked_parts(path, limits)
        try:
            self._book = CalamineWorkbook.from_path(path)
            self.sheets = [
                at
                for at, sheet in enumerate(self._book.sheets_metadata)
                if sheet.visible == SheetVisibleEnum.Visible
                and sheet.typ == SheetTypeEnum.WorkSheet
            ]
        except PasswordError as error:
            raise UnreadableFile(f"{path.name} is protected by a password.") from error
        except (CalamineError, OSError, ValueError) as error:
            raise _broken(path) from error
        self._loaded: dict[int, tuple[CalamineSheet, Uncomputed]] = {}

    def name(self, sheet: int) -> str:
        """The title of a sheet by its position."""
        return self._book.sheet_names[sheet]

    def rows(self, sheet: int) -> Iterator[tuple[int, list[Cell]]]:
        """Every row of a sheet with its number as the spreadsheet shows it."""
        loaded, uncomputed = self._load(sheet)
        left = loaded.start[1] if loaded.start else 0
        number = 0
        try:
            for number, values in enumerate(loaded.iter_rows(), 1):
                cells: list[Cell] = [""] * left + [_cell(value) for value in values]
                yield number, _with_formulas(cells, uncomputed.get(number, ()))
        except CalamineError as error:
            raise _broken(self._path) from error
        # The library ends a sheet at its last value; formulas without one may stand below it.
        for row in sorted(row for row in uncomputed if row > number):
            yield row, _with_formulas([], uncomputed[row])

    def _load(self, sheet: int) -> tuple[CalamineSheet, Uncomputed]:
        if sheet not in self._loaded:
            try:
                loaded = self._book.get_sheet_by_index(sheet)
                empty: Uncomputed = {}
                for row, column in _uncomputed(self._path, self._parts, sheet):
                    empty.setdefault(row, []).append(column)
                self._loaded[sheet] = loaded, empty
            except (CalamineError, *_BROKEN_ARCHIVE) as error:
                raise _broken(self._path) from error
        return self._loaded[sheet]


def _checked_parts(path: Path, limits: Limits) -> list[str]:
    """The worksheet files in the order of the sheets; the archive is whole and not too large."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > limits.unpacked_bytes:
                most = f"{limits.unpacked_bytes / 1_000_000:g} MB"
                raise UnreadableFile(f"{path.name} unpacks to more than {most}.")
            if _OTHER_KINDS & {one.lower() for one in archive.namelist()}:
                raise _broken(path)
            check_bounds(archive, path.name)
            book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
            relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except _BROKEN_ARCHIVE as error:
        raise _broken(path) from error
    named = [dict(_ATTRIBUTE.findall(tag)) for tag in _RELATION.findall(relations)]
    targets = {tag.get("Id", ""): tag.get("Target", "") for tag in named}
    return [_part_name(targets.get(sheet, "")) for sheet in _SHEET.findall(book)]


def _part_name(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _uncomputed(path: Path, parts: list[str], sheet: int) -> Iterator[tuple[int, int]]:
    """Row (from 1) and column (from 0) of every formula whose result was never stored."""
    if sheet >= len(parts):
        return
    with zipfile.ZipFile(path) as archive:
        if parts[sheet] not in archive.namelist():
            return
        with archive.open(parts[sheet]) as part:
            rest = b""
            for piece in iter(partial(part.read, _PIECE), b""):
                *cells, rest = _CELL_END.split(rest + piece)
                yield from _empty_formulas(cells)
                rest = rest[-_PIECE:]


def _empty_formulas(cells: list[bytes]) -> Iterator[tuple[int, int]]:
    for cell in cells:
        if not _FORMULA.search(cell) or _VALUE.search(cell):
            continue
        attributes = (_CELL_START.findall(cell) or [b""])[-1]
        position = _POSITION.search(attributes)
        # A formula whose result is the empty text is stored as a text cell without a value.
        if position and b't="str"' not in attributes:
            yield int(position[2]), _column(position[1])


def _with_formulas(cells: list[Cell], columns: Sequence[int]) -> list[Cell]:
    """The row's cells with the sign of an uncomputed formula at these columns."""
    shortfall = max(columns, default=-1) + 1 - len(cells)
    cells.extend([""] * shortfall)
    for column in columns:
        cells[column] = FORMULA_WITHOUT_VALUE
    return cells


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _cell(value: float | str | bool | date | datetime | time | timedelta) -> Cell:  # noqa: FBT001
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        # Fifteen digits are what the spreadsheet keeps and shows; the rest is binary noise.
        return Decimal(format(value, ".15g"))
    return value if isinstance(value, date) else str(value)


def _broken(path: Path) -> UnreadableFile:
    return UnreadableFile(f"{path.name} is not a whole Excel workbook; save or export it again.")
