"""Payments as a table to take away, those that wait with their likeliest proposal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date

from commands.cash.listing import FLAT, flat_rows, waiting_rows
from commands.reports.table import Cell, Column, ReportTable, totals_of
from console.reading.cash import CashFilter, payment_page, unmatched_in, waiting_sums
from console.reading.paging import Place
from dunning.cash.rules import CashRules
from dunning.money import Money
from ledger.books import Books

_FILE_PAGE = 200
_AMOUNTS = ("amount", "left")


def payment_table(books: Books, rules: CashRules, which: CashFilter, today: date) -> ReportTable:
    """Every payment of the list; those that wait with their likeliest proposal."""
    chosen = ((name, value) for name, value in asdict(which).items() if value)
    sums = [money for money, _ in waiting_sums(books.connection)]
    return ReportTable(
        title=f"Payments: {which.state.replace('_', ' ')}",
        columns=tuple(Column(name, "amount" if name in _AMOUNTS else "text") for name in FLAT),
        rows=_every(books, rules, which, today),
        control=(("as of", str(today)), *chosen, *totals_of("waiting", sums)),
    )


def _every(books: Books, rules: CashRules, which: CashFilter, today: date) -> Iterator[list[Cell]]:
    after = ""
    while True:
        page = payment_page(books.connection, which, Place(after), _FILE_PAGE)
        if which.state == "waiting":
            described = waiting_rows(books, rules, unmatched_in(books, page), today)
        else:
            described = [_plain(row) for row in page.rows]
        for cells in flat_rows({"payments": described}):
            currency = cells[FLAT.index("currency")]
            yield [
                Money.parse(cell, currency).major if name in _AMOUNTS else cell
                for name, cell in zip(FLAT, cells, strict=True)
            ]
        after = page.next
        if not after:
            return


def _plain(row: object) -> dict[str, object]:
    amount = Money(getattr(row, "amount_minor", 0), getattr(row, "currency", ""))
    used = Money(getattr(row, "applied_minor", 0), amount.currency)
    named = {name: getattr(row, name) for name in ("payment", "payer", "currency", "reference")}
    on, customer = getattr(row, "on", ""), getattr(row, "customer", None)
    why = f"on account of {customer}" if customer else ""
    amounts = {"amount": str(amount.major), "left": str((amount - used).major)}
    return {**named, **amounts, "date": str(on), "why": why, "proposals": []}
