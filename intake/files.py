"""What a file is before anybody reads a row: its size, its kind, its encoding."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import charset_normalizer

from intake.rows import UnreadableFile

_MEGABYTE = 1_000_000
_PIECE = 1 << 18
_SAMPLE = 1 << 18
_SPREADSHEET = b"PK\x03\x04"
# First bytes of files people mistake for a ledger, and what to say.
_OTHERS = {
    b"\xd0\xcf\x11\xe0": "an old or protected Excel file; save it as .xlsx or CSV",
    b"%PDF": "a PDF; export the list as CSV or .xlsx",
    b"PK\x05\x06": "an empty archive",
    b"\x1f\x8b": "a packed archive; unpack it first",
}
_UTF8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
# What else a file that is not UTF-8 might be; used for a warning only, never to decide.
_SUSPECTS = ["cp1252", "cp1250", "cp1251", "cp932", "gb18030", "big5", "euc_kr"]
_WESTERN = {"cp1252", "cp1250", "ascii"}
_BECAUSE: dict[type, str] = {
    FileNotFoundError: "there is no such file",
    IsADirectoryError: "it is a folder",
}


@dataclass(frozen=True)
class Limits:
    """The largest files accepted, in bytes."""

    text_bytes: int = 300 * _MEGABYTE
    workbook_bytes: int = 50 * _MEGABYTE
    unpacked_bytes: int = 500 * _MEGABYTE


@dataclass(frozen=True)
class Encoding:
    """How a text file is decoded, and what people should know about it."""

    name: str
    warning: str = ""


def is_workbook(path: Path, limits: Limits) -> bool:
    """Whether the file is a workbook (by its first bytes, not its name) rather than text.

    Raises UnreadableFile when there is no such file, it is empty, too large or neither of both.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(_PIECE)
    except OSError as error:
        because = _BECAUSE.get(type(error), "refused")
        raise UnreadableFile(f"{path.name} cannot be opened: {because}.") from error
    if not start.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise UnreadableFile(f"{path.name} is empty.")
    workbook = start.startswith(_SPREADSHEET)
    limit = limits.workbook_bytes if workbook else limits.text_bytes
    if size > limit:
        most = f"{limit / _MEGABYTE:g} MB"
        raise UnreadableFile(f"{path.name} is too large: at most {most} are accepted.")
    if not workbook:
        _refuse_binary(start, path)
    return workbook


def encoding_of(path: Path, declared: str = "") -> Encoding:
    """The encoding of a text file: declared, marked, proven UTF-8, else Windows-1252."""
    if declared:
        return _known(declared)
    with path.open("rb") as file:
        start = file.read(_PIECE)
    if start.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8-sig")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16")
    if wide := _unmarked_utf16(start):
        return Encoding(wide)
    if _is_utf8(path):
        return Encoding("utf-8")
    return _damaged_or_western(_lines_beyond_ascii(path))


def _refuse_binary(start: bytes, path: Path) -> None:
    for first, what in _OTHERS.items():
        if start.startswith(first):
            raise UnreadableFile(f"{path.name} is {what}.")
    marked = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if b"\x00" in start and not marked and not _unmarked_utf16(start):
        raise UnreadableFile(f"{path.name} is neither text nor a workbook.")


def _unmarked_utf16(start: bytes) -> str:
    even, odd = start[0::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    if odd > half * 0.7 and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.7 and odd == 0 else ""


def _known(declared: str) -> Encoding:
    try:
        return Encoding(codecs.lookup(declared).name)
    except LookupError:
        raise UnreadableFile(f"The declared encoding {declared} is not known.") from None


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in _pieces(path):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(partial(file.read, _PIECE), b"")


def _lines_beyond_ascii(path: Path) -> bytes:
    found = b""
    with path.open("rb") as file:
        for line in iter(partial(file.readline, _SAMPLE), b""):
            if not line.isascii():
                found += line
            if len(found) >= _SAMPLE:
                break
    return found


def _damaged_or_western(sample: bytes) -> Encoding:
    sequences = len(_UTF8_SEQUENCE.findall(sample))
    strays = len(_BEYOND_ASCII.findall(_UTF8_SEQUENCE.sub(b"", sample)))
    if sequences > strays:
        return Encoding("utf-8", "The file is UTF-8 with damaged characters in it.")
    best = charset_normalizer.from_bytes(sample, cp_isolation=_SUSPECTS).best()
    seems = f", though it looks like {best.encoding}" if best and _is_foreign(best.encoding) else ""
    return Encoding(
        "cp1252",
        f"The file is not UTF-8 and was read as Windows-1252{seems}. "
        "If names look wrong, declare [formats] encoding in a column map.",
    )


def _is_foreign(name: str) -> bool:
    return name not in _WESTERN
