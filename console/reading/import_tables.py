"""Imports, and the rows that one refused, as tables to take away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from commands.reports.table import Cell, Column, ReportTable
from console.reading.imports import every_refused, refused_page, run_page
from console.reading.paging import Place
from ledger.books import Books

_COUNTS = ("rows", "accepted", "updated", "unchanged", "rejected")


def runs_table(books: Books, kind: str, today: date) -> ReportTable:
    """Imports of a kind, or all, with their counts."""
    names = ("import", "at", "by", "kind", "file", "sha256", *_COUNTS)
    columns = [Column(name, "number" if name in ("import", *_COUNTS) else "text") for name in names]
    control: list[tuple[str, Cell]] = [("as of", str(today)), ("kind", kind or "all")]
    return ReportTable("Imports", tuple(columns), _every_run(books, kind), tuple(control))


def rejects_table(books: Books, run: int, today: date) -> ReportTable:
    """The refused rows with their own columns, so that they can be mended and uploaded again."""
    first = refused_page(books.connection, run, "").columns
    columns = tuple(Column(name) for name in (*first, "refused column", "why"))
    rows = (
        [*(one.cells.get(name, "") for name in first), one.wrong, one.reason]
        for one in every_refused(books.connection, run)
    )
    control: tuple[tuple[str, Cell], ...] = (("as of", str(today)), ("import", run))
    return ReportTable(f"Rows that import {run} refused", columns, rows, control)


def _every_run(books: Books, kind: str) -> Iterator[list[Cell]]:
    place = Place()
    while True:
        page = run_page(books.connection, kind, place)
        for row in page.rows:
            named = (row.imported_at.isoformat(), row.by, row.kind, row.file, row.sha256)
            yield [row.id, *named, *(getattr(row, name) for name in _COUNTS)]
        if not page.next:
            return
        place = Place(page.next)
