"""A reading of electronic invoices: rows, what was refused and why, totals by currency."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

from dunning.money import Money
from intake.bank.markup import Element, units_in
from intake.credit_notes import CreditNoteRow, OwedRow, read_owed
from intake.einvoices.cii import ROOTS as CII_ROOTS
from intake.einvoices.cii import read_cii
from intake.einvoices.document import EInvoice
from intake.einvoices.packages import Package, is_package, packages
from intake.einvoices.rows import Issued, issued_of
from intake.einvoices.ubl import ROOTS as UBL_ROOTS
from intake.einvoices.ubl import read_ubl
from intake.files import Limits
from intake.invoices import IssuedFile
from intake.mapping import Mapping
from intake.reading import Reading
from intake.rows import BadCell, Rejected, UnreadableFile, storable

# Attached scans and pictures; the invoice's own data never stand in them.
_UNREAD = frozenset(("EmbeddedDocumentBinaryObject", "AttachmentBinaryObject"))
_BANKS = frozenset(("BkToCstmrStmt", "BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn"))


class EInvoiceReading:
    """Iterate it: one row or ``Rejected`` for each document, in the order of the file.

    Afterwards it says what ``intake.reading.Reading`` says too. Iterating again starts anew.
    """

    def __init__(self, path: Path) -> None:
        self.mapping = Mapping(title="electronic invoices")
        self._path = path
        self._begin()

    def __iter__(self) -> Iterator[OwedRow | Rejected]:
        self._begin()
        for number, package in enumerate(packages(self._path), start=1):
            self.rows += 1
            row = self._new(number, package)
            if isinstance(row, Rejected):
                self.rejected += 1
                yield row
            elif row:
                self.accepted += 1
                so_far = self.totals.get(row.amount.currency, Money.zero(row.amount.currency))
                self.totals[row.amount.currency] = so_far + row.amount
                yield row

    def _begin(self) -> None:
        self.rows = self.accepted = self.rejected = self.duplicates = self.skipped = 0
        self.totals: dict[str, Money] = {}
        self.warnings: list[str] = []
        self._seen: dict[str, tuple[int, bytes]] = {}

    def _one(self, number: int, package: Package) -> OwedRow | Rejected:
        try:
            issued = _issued(number, package)
        except UnreadableFile as unreadable:
            return _refused(number, package, BadCell("file", "UNREADABLE", str(unreadable)))
        except BadCell as bad:
            return _refused(number, package, bad)
        named = f"{package.name}: invoice {_number(issued.row)}"
        self.warnings += [f"{named}: {remark}." for remark in issued.remarks]
        return issued.row

    def _new(self, number: int, package: Package) -> OwedRow | Rejected | None:
        """The document's row; None for the same once more, refused for another of its number."""
        row = self._one(number, package)
        if isinstance(row, Rejected):
            return row
        digest = hashlib.blake2b(package.content, digest_size=16).digest()
        first = self._seen.setdefault(_number(row), (number, digest))
        if first[0] == number:
            return row
        if first[1] == digest:
            self.duplicates += 1
            return None
        reason = f"Invoice {_number(row)} is there twice with other content; the first one counts."
        return _refused(number, package, BadCell("invoice", "DUPLICATE_CONFLICT", reason))


def read_issued(
    path: str | Path, mapping: Mapping | None = None, *, limits: Limits | None = None
) -> EInvoiceReading | Reading[OwedRow]:
    """The invoices and credit notes of XML, PDF or ZIP files, CSV files and workbooks.

    What a file is is told by its content, not by its name.

    Raises UnreadableFile at once when the file as a whole cannot be read.
    """
    if mapping is None and is_package(Path(path)):
        reading = EInvoiceReading(Path(path))
        first = next(iter(reading), None)
        if first is None:
            raise UnreadableFile(f"{Path(path).name} holds no documents.")
        if reading.rows == 1 and isinstance(first, Rejected) and first.code == "UNREADABLE":
            _refuse_alone(Path(path), first)
        return reading
    return read_owed(path, mapping, limits=limits)


def _number(row: OwedRow) -> str:
    return row.credit if isinstance(row, CreditNoteRow) else row.invoice


def _refuse_alone(path: Path, first: Rejected) -> None:
    """A file that is one unreadable document is refused as a whole; an archive is not."""
    if first.cells.get("file") == path.name[-100:]:
        raise UnreadableFile(first.reason)


def _issued(number: int, package: Package) -> Issued:
    if package.problem:
        raise UnreadableFile(f"{package.problem}.")
    root = _root(package)
    file = IssuedFile(package.name, package.media_type, package.content)
    return issued_of(number, _document(root, package.name), file)


def _root(package: Package) -> Element:
    found = None
    for element in units_in(
        io.BytesIO(package.xml), package.name, lambda parent, _: not parent, _UNREAD
    ):
        found = element
    if found is None:
        raise UnreadableFile(f"{package.name} is no whole XML file. Fetch it again.")
    return found


def _document(root: Element, name: str) -> EInvoice:
    if root.name in UBL_ROOTS:
        return read_ubl(root)
    if root.name in CII_ROOTS:
        return read_cii(root)
    if root.name == "Document" and any(child in _BANKS for child in root.children):
        raise UnreadableFile(f"{name} is a bank statement: duncan import payments takes it.")
    if "Order" in root.name or root.name.startswith("SCRDM"):
        raise UnreadableFile(f"{name} is an order, not an invoice.")
    shown = storable(root.name)[:40]
    raise UnreadableFile(f"{name} is neither UBL nor CII: its XML begins with {shown}.")


def _refused(number: int, package: Package, bad: BadCell) -> Rejected:
    cells = {"file": package.name[-100:]}
    return Rejected(number, bad.field_name, bad.code, storable(bad.reason), cells)
