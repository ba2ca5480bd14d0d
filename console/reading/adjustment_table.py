"""The list of adjustments, page by page and as a table to take away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date

from commands.adjustments.listing import Listed
from commands.reports.table import Cell, Column, ReportTable
from console.reading.adjustments import (
    AdjustmentFilter,
    done_of,
    done_page,
    waiting_of,
    waiting_page,
)
from console.reading.paging import Page, Place
from ledger.books import Books

_COLUMNS = (
    *("adjustment", "invoice", "customer", "what", "currency"),
    *("amount", "state", "asked by", "decided by", "on", "reason"),
)


def rows_of(books: Books, which: AdjustmentFilter, place: Place) -> tuple[Page, list[Listed]]:
    """A page of the list, and what stands on it."""
    if which.state == "waiting":
        page = waiting_page(books.connection, which, place)
        return page, waiting_of(books, page, which.what)
    page = done_page(books.connection, which, place)
    return page, done_of(books, page)


def adjustment_table(books: Books, which: AdjustmentFilter, today: date) -> ReportTable:
    """The whole list."""
    columns = tuple(
        Column(name, "amount" if name == "amount" else "date" if name == "on" else "text")
        for name in _COLUMNS
    )
    control: list[tuple[str, Cell]] = [("as of", str(today))]
    control += [(name, str(value)) for name, value in asdict(which).items() if value]
    return ReportTable("Adjustments", columns, _every(books, which), tuple(control))


def _every(books: Books, which: AdjustmentFilter) -> Iterator[list[Cell]]:
    place = Place()
    while True:
        page, rows = rows_of(books, which, place)
        for one in rows:
            yield [
                *(one.adjustment, one.invoice, one.customer, one.what, one.amount.currency),
                *(one.amount.major, one.state, one.asked_by, one.decided_by, one.on, one.reason),
            ]
        if not page.next:
            return
        place = Place(page.next)
