"""Reads a workbook's cells with their formulas, and calculates the few kinds of formulas in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_TERM = re.compile(
    r"([+-])?(?:SUM\(([A-Z]+)(\d+):([A-Z]+)(\d+)\)"
    r'|SUMIF\(([A-Z])(\d+):[A-Z](\d+),"([A-Z]+)",([A-Z])\d+:[A-Z]\d+\)'
    r"|(?:'([^']+)'!)?([A-Z]+\d+)|(\d+))"
)


@dataclass(frozen=True)
class Cell:
    """A cell: what is shown, and the formula behind it if there is one."""

    shown: str
    formula: str = ""


def sheets(path: Path) -> dict[str, dict[str, Cell]]:
    """Every sheet's cells by their places."""
    with ZipFile(path) as book:
        texts = [
            "".join(part.text or "" for part in one.iter(f"{_MAIN}t"))
            for one in ET.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314 - our own file
        ]
        names = [
            one.attrib["name"]
            for one in ET.fromstring(book.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")  # noqa: S314 - the same
        ]
        return {
            name: dict(_cells(book.read(f"xl/worksheets/sheet{number}.xml"), texts))
            for number, name in enumerate(names, start=1)
        }


def value(found: Mapping[str, Mapping[str, Cell]], sheet: str, formula: str) -> Decimal:
    """What a formula comes to: sums, sums of a currency, cells of this or another sheet."""
    total, place = Decimal(0), 0
    while place < len(formula):
        term = _TERM.match(formula, place)
        assert term, f"{formula} is no formula of ours"
        total += (-1 if term[1] == "-" else 1) * _term(found, sheet, term)
        place = term.end()
    return total


def _cells(page: bytes, texts: list[str]) -> Iterator[tuple[str, Cell]]:
    for one in ET.fromstring(page).iter(f"{_MAIN}c"):  # noqa: S314 - our own file
        shown = one.findtext(f"{_MAIN}v") or ""
        if one.attrib.get("t") == "s":
            shown = texts[int(shown)]
        yield one.attrib["r"], Cell(shown, one.findtext(f"{_MAIN}f") or "")


def _term(found: Mapping[str, Mapping[str, Cell]], sheet: str, term: re.Match[str]) -> Decimal:
    cells = found[term[11] or sheet]
    if term[2]:
        columns = range(ord(term[2]), ord(term[4]) + 1)
        rows = range(int(term[3]), int(term[5]) + 1)
        places = [f"{chr(column)}{row}" for column in columns for row in rows]
        return sum((_number(found, sheet, cells, place) for place in places), start=Decimal(0))
    if term[6]:
        rows = range(int(term[7]), int(term[8]) + 1)
        mine = [row for row in rows if f"{term[6]}{row}" in cells]
        wanted = [row for row in mine if cells[f"{term[6]}{row}"].shown == term[9]]
        places = [f"{term[10]}{row}" for row in wanted]
        return sum((_number(found, sheet, cells, place) for place in places), start=Decimal(0))
    return Decimal(term[13]) if term[13] else _number(found, term[11] or sheet, cells, term[12])


def _number(
    found: Mapping[str, Mapping[str, Cell]], sheet: str, cells: Mapping[str, Cell], place: str
) -> Decimal:
    if place not in cells:
        return Decimal(0)
    one = cells[place]
    return value(found, sheet, one.formula) if one.formula else Decimal(one.shown)
