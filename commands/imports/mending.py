"""Mending rows that an import refused: they come in again as a small file of their own."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping as Cells
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select, update

from commands.acting import Acting
from commands.authority import needs
from commands.cash.applying import match_again
from commands.imports.imports import KINDS, import_into
from dunning.may import NotAllowed
from intake.mapping import Mapping, load_mapping, shipped_names
from intake.rows import UnreadableFile
from ledger.books import Books
from ledger.imports import RejectRow
from ledger.tables import ImportRow, table

IMPORT, REJECT = table(ImportRow), table(RejectRow)
_MATCHED = ("invoices", "payments")
# Rows of these are parts of a bank's or a seller's own document and are mended there.
_DOCUMENTS = ("bank statement", "electronic invoices")
Report = dict[str, Any]


@dataclass(frozen=True)
class ImportActions(Acting):
    """Taking in files, and rows that were mended."""

    @needs("import_files")
    def take_in(self, kind: str, file: Path, mapping: str = "") -> Report:
        """Take a file in; the answer is that of `duncan import --json`. Raises NotAllowed."""
        return self._imported(kind, file, named_mapping(mapping))

    @needs("import_files")
    def look(self, kind: str, file: Path, mapping: str = "") -> Report:
        """Read and check a file, and take in nothing. Raises NotAllowed."""
        return self._read(kind, file, named_mapping(mapping), dry_run=True)

    @needs("import_files")
    def replay(self, run: int, mended: Cells[int, Sequence[str]]) -> Report:
        """Take in refused rows of an import as they were mended.

        `mended` has the cells of each row in their order, by the number of the refusal. Rows that
        are refused again stand with the new import. Raises NotAllowed.
        """
        kept = self._refused(run, list(mended))
        if not mended or len(kept) < len(mended):
            raise NotAllowed("Some of these rows were taken in meanwhile: look at them again.")
        with TemporaryDirectory() as folder:
            file = Path(folder) / f"mended rows of import {run}.csv"
            _write(file, [_mended(row.cells, mended[row.id]) for row in kept])
            report = self._imported(kept[0].kind, file, _mapping_of(kept[0].mapping))
        self.ledger.transact(lambda books: _replayed(books, list(mended), report["import"]))
        return report

    def _refused(self, run: int, rejects: Sequence[int]) -> Sequence[Any]:
        query = (
            select(REJECT, IMPORT.c.kind, IMPORT.c.mapping)
            .join_from(REJECT, IMPORT, REJECT.c.import_id == IMPORT.c.id)
            .where(REJECT.c.import_id == run, REJECT.c.id.in_(rejects))
            .where(REJECT.c.replayed_in.is_(None))
            .order_by(REJECT.c.row, REJECT.c.id)
        )
        with self.ledger.reading() as books:
            found = books.connection.execute(query).all()
        if found and not may_be_mended(found[0].mapping):
            raise NotAllowed("These rows are parts of a document: mend it where it comes from.")
        return found

    def _imported(self, kind: str, file: Path, mapping: Mapping | None) -> Report:
        report = self._read(kind, file, mapping, dry_run=False)
        if kind in _MATCHED:
            rules = self.planner.policies.cash
            report["matched"] = match_again(self.ledger, rules, self.now, self.by)
        return report

    def _read(self, kind: str, file: Path, mapping: Mapping | None, *, dry_run: bool) -> Report:
        if kind not in KINDS:
            raise NotAllowed(f"{kind!r} cannot be imported; use one of {', '.join(KINDS)}.")
        try:
            return import_into(self, kind, file, mapping, self.by, self.now, dry_run=dry_run)
        except UnreadableFile as refused:
            raise NotAllowed(str(refused)) from None


def may_be_mended(mapping: str) -> bool:
    """Whether refused rows of an import with this column map are rows of a table."""
    return not mapping.endswith(_DOCUMENTS)


def named_mapping(name: str) -> Mapping | None:
    """The shipped column map of this name; None lets the file's own headers choose."""
    if not name:
        return None
    if name not in shipped_names():
        raise NotAllowed(f"There is no column map {name!r}.")
    return load_mapping(name)


def _mapping_of(title: str) -> Mapping | None:
    """The shipped map with this title, for a file in our own encoding."""
    known = (load_mapping(name) for name in shipped_names())
    found = next((one for one in known if one.title == title), None)
    return replace(found, encoding="") if found else None


def _mended(cells: str, mended: Sequence[str]) -> dict[str, str]:
    """The row with the cells that people changed. Raises NotAllowed when some are missing."""
    was: dict[str, str] = json.loads(cells)
    if len(was) != len(mended):
        raise NotAllowed("This row has other cells than the form: open the page again.")
    return dict(zip(was, mended, strict=True))


def _write(file: Path, rows: Sequence[Cells[str, str]]) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with file.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.DictWriter(target, names, restval="")
        writer.writeheader()
        writer.writerows(rows)


def _replayed(books: Books, rejects: Sequence[int], run: int) -> None:
    done = update(REJECT).where(REJECT.c.id.in_(rejects)).values(replayed_in=run)
    books.connection.execute(done)
