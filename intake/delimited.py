"""Records of a delimited text file, one at a time, and whether the file is whole."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from intake.rows import Cell, UnreadableFile

DELIMITERS = (",", ";", "\t", "|")
_LONGEST_LINE = 1_000_000


def records(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[Cell]]]:
    """Every record with its number, counted from 1 as a spreadsheet shows it.

    Bytes that cannot be decoded arrive as lone surrogates. Raises UnreadableFile for a quotation
    mark that is never closed and for a line without an end.
    """
    pending: list[str] = []
    last: list[str] = []
    number = 0
    lines = _lines(path, encoding, pending)
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=delimiter), 1):
            yield number, list(cells)
            last[:] = pending
            pending.clear()
    except csv.Error:
        raise _unclosed(path, number + 1) from None
    except UnicodeError:
        place = f"after row {number}"
        raise UnreadableFile(f"{path.name} is half-written: its text breaks off {place}.") from None
    _refuse_open_quote(last, delimiter, path, number)


def ends_its_last_line(path: Path, encoding: str) -> bool:
    """Whether the file's last line has a line end."""
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - 2))
        end = file.read()
    return end.rstrip(b"\x00")[-1:] in {b"\n", b"\r"} or (
        encoding.startswith("utf-16") and end in {b"\x00\n", b"\x00\r"}
    )


def _lines(path: Path, encoding: str, pending: list[str]) -> Iterator[str]:
    # UTF-16 cannot carry a broken byte as a surrogate; there the file is refused.
    errors = "strict" if encoding.startswith("utf-16") else "surrogateescape"
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        for line in iter(partial(file.readline, _LONGEST_LINE), ""):
            if len(line) == _LONGEST_LINE:
                raise UnreadableFile(f"{path.name} holds a line of over a million characters.")
            pending.append(line)
            yield line


def _refuse_open_quote(last: list[str], delimiter: str, path: Path, number: int) -> None:
    """The lenient reader takes the end of the file as closing quotation mark; the strict tells."""
    try:
        list(csv.reader(last, delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise _unclosed(path, number) from None


def _unclosed(path: Path, number: int) -> UnreadableFile:
    return UnreadableFile(
        f"{path.name} is half-written: a quotation mark opened in row {number} is never closed."
    )
