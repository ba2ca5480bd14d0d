"""Rows about customers whose personal data were erased: they do not come back by an import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from intake.customers import CustomerRow
from intake.invoices import InvoiceRow
from intake.rows import Rejected
from ledger.books import Books
from ledger.erased import CUSTOMER_, erased_in

Row = TypeVar("Row", CustomerRow, InvoiceRow)


def without_erased(books: Books, rows: Sequence[Row], rejected: list[Rejected]) -> Sequence[Row]:
    """The rows that may be taken in; the others are refused without what stands in them."""
    gone = erased_in(books.connection, CUSTOMER_, {row.customer for row in rows})
    if not gone:
        return rows
    for row in rows:
        if row.customer in gone:
            reason = f"Customer {row.customer} was {gone[row.customer]}: use a new number."
            rejected.append(Rejected(row.row, "customer", "CUSTOMER_ERASED", reason, {}))
    return [row for row in rows if row.customer not in gone]
