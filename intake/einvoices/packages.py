"""The documents of a file: XML itself, the XML in a PDF, or every invoice of a ZIP archive."""

from __future__ import annotations

import codecs
import io
import logging
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from intake.rows import UnreadableFile

MOST_BYTES = 30_000_000
MOST_DOCUMENTS = 20_000
_MOST_UNPACKED = 500_000_000
_ZIP, _PDF = b"PK\x03\x04", b"%PDF-"
_HEAD = 1_024
# The names the standards give; else the only XML file in the PDF.
_EMBEDDED = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml", "order-x.xml")
_XML_MARKS = (b"<", b"\xff\xfe<", b"\xfe\xff\x00<", b"\x00<")
_BLANK = b" \t\r\n"


@dataclass(frozen=True)
class Package:
    """One document: its XML, and the file that came, which may be the PDF around it.

    `problem` says why there is no XML.
    """

    name: str
    media_type: str
    content: bytes
    xml: bytes = b""
    problem: str = ""


def is_package(path: Path) -> bool:
    """Whether the file is XML, a PDF or an archive that is no workbook."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    if head.startswith(_ZIP):
        return not _is_workbook(path)
    return _start(head).startswith((*_XML_MARKS, _PDF))


def packages(path: Path) -> Iterator[Package]:
    """Every document of the file. Raises UnreadableFile when the file as a whole is none."""
    size = path.stat().st_size
    with path.open("rb") as file:
        is_zip = file.read(4) == _ZIP
    if is_zip:
        yield from _archived(path)
        return
    if size > MOST_BYTES:
        raise UnreadableFile(f"{path.name} has {size:,} bytes; an invoice has at most 30 MB.")
    yield _package(path.name, path.read_bytes())


def _archived(path: Path) -> Iterator[Package]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.filename.endswith("/")]
            if len(members) > MOST_DOCUMENTS:
                raise UnreadableFile(f"{path.name} has more than {MOST_DOCUMENTS:,} files.")
            if sum(one.file_size for one in members) > _MOST_UNPACKED:
                raise UnreadableFile(f"{path.name} is over 500 MB unpacked.")
            for one in members:
                yield _member(archive, one)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise UnreadableFile(f"{path.name} is no whole archive: {error}. Fetch it again.") from None


def _member(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> Package:
    name = one.filename.rpartition("/")[2][-100:] or "file"
    if one.file_size > MOST_BYTES:
        return Package(name, "", b"", problem=f"{name} is larger than 30 MB")
    try:
        with archive.open(one) as file:
            content = file.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError, zlib.error) as error:
        return Package(name, "", b"", problem=f"{name} cannot be unpacked: {error}")
    return _package(name, content)


def _package(name: str, content: bytes) -> Package:
    start = _start(content[:_HEAD])
    if start.startswith(_PDF):
        return _of_pdf(name, content)
    if start.startswith(_XML_MARKS):
        return Package(name, "application/xml", content, content)
    return Package(name, "", content, problem=f"{name} is neither XML nor a PDF")


def _start(head: bytes) -> bytes:
    """The first bytes without blanks and the mark of UTF-8."""
    return head.lstrip(_BLANK).removeprefix(codecs.BOM_UTF8).lstrip(_BLANK)


def _of_pdf(name: str, content: bytes) -> Package:
    kind = "application/pdf"
    # What is odd in a PDF is the reader's affair, not the log's.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        found = _embedded(content)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return Package(name, kind, content, problem=f"{name} is a damaged PDF: {error}")
    if found is None:
        return Package(name, kind, content, problem=f"{name} is a PDF without invoice data")
    return Package(name, kind, content, found)


def _embedded(content: bytes) -> bytes | None:
    attached = {
        name.lower(): pieces[0]
        for name, pieces in PdfReader(io.BytesIO(content)).attachments.items()
        if pieces and len(pieces[0]) <= MOST_BYTES
    }
    named = next((attached[name] for name in _EMBEDDED if name in attached), None)
    if named is not None:
        return bytes(named)
    others = [piece for name, piece in attached.items() if name.endswith(".xml")]
    return bytes(others[0]) if len(others) == 1 else None


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError):
        # What is broken is refused by who reads workbooks.
        return True
    return any(name == "[Content_Types].xml" or name.startswith("xl/") for name in names)
