"""Which bank format a file is written in, by its first bytes and not by its name."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Literal

from intake.files import Limits, is_workbook
from intake.rows import UnreadableFile

Form = Literal["camt", "MT940", "BAI2"]
_PIECE = 1 << 16
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    b"<\x00": "utf-16-le",
    b"\x00<": "utf-16-be",
}
_XML = re.compile(r"<(?:\?xml|!DOCTYPE|!--|[A-Za-z_])")
# A header with the reference, and soon after it the account, number, balance or an entry.
_MT940 = re.compile(r"^:20:.*\n(?:.*\n){0,40}?:(?:25P?|28C?|60[FM]|61):", re.MULTILINE)
# Fields of a statement whose head is missing: nobody knows whose account they are of.
_PIECE_OF_MT940 = re.compile(r"(?:.{0,20}\n){0,3}:(?:\d{2}[A-Z]?|NS):")
_SWIFT = re.compile(r"\{1:[A-Z0-9]+\}.{0,200}?\{4:", re.DOTALL)
# A file header: sender, receiver, date, time and so on, with version 2 at its end.
_BAI2 = re.compile(r"01,[^,\n]*,[^,\n]*,\d{6},[\d:]*,[^,\n]*,[^,\n]*,[^,\n]*,\s*\d*\s*/?", re.ASCII)
_PIECE_OF_BAI2 = re.compile(r"\d\d,[^\n]*/[ \t]*(?:\n|$)")


def form_of(path: Path, limits: Limits) -> Form | None:
    """The bank format of a file; None for anything else, such as a table.

    Raises UnreadableFile when there is no such file, it is empty, too large or no text, or it is a
    piece of a bank statement.
    """
    if is_workbook(path, limits):
        return None
    text = _start(path)
    if _XML.match(text):
        return "camt"
    if _BAI2.match(text):
        return "BAI2"
    if _MT940.search(text) or _SWIFT.match(text):
        return "MT940"
    _refuse_piece(path.name, text)
    return None


def _refuse_piece(name: str, text: str) -> None:
    for piece, form, head in (
        (_PIECE_OF_MT940, "an MT940 statement", "its head with account and balance"),
        (_PIECE_OF_BAI2, "a BAI2 file", "the file header, record 01,"),
    ):
        if piece.match(text):
            raise UnreadableFile(
                f"{name} is a piece of {form}: {head} is missing or damaged. Fetch the whole file"
                " from the bank."
            )


def _start(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(_PIECE)
    encoding = next((name for mark, name in _MARKS.items() if start.startswith(mark)), "latin-1")
    text = start.decode(encoding, "replace").lstrip("\ufeff \t\r\n\x01")
    return text.replace("\r\n", "\n").replace("\r", "\n")
