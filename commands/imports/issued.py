"""Electronic invoices: whose they are in the books, who sent them, and the file itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from activities.policies import Policies
from dunning.cash.payers import folded_name
from intake.credit_notes import CreditNoteRow
from intake.invoices import InvoiceRow
from ledger.books import Books
from ledger.cash import customers_named, keep_invoice_file

Row = TypeVar("Row", InvoiceRow, CreditNoteRow)


def sellers_of(policies: Policies) -> dict[str, str]:
    """The entity of each seller's name, as the entities sign their letters."""
    return {
        folded_name(name): key
        for key, entity in policies.entities.items()
        for name in (entity.creditor.name, key)
    }


def placed(books: Books, rows: Sequence[Row], sellers: Mapping[str, str]) -> list[Row]:
    """The rows with the entity of the seller's name, and the customer of the buyer's name.

    Only electronic invoices name them so. A buyer whose number the books know keeps it; a seller
    nobody knows is the default entity.
    """
    issued = [row for row in rows if row.file]
    if not issued:
        return list(rows)
    known = customers_named(books, {row.customer for row in issued})
    named = customers_named(books, {row.customer_name for row in issued})
    return [_placed(row, known, named, sellers) if row.file else row for row in rows]


def keep_files(books: Books, rows: Sequence[InvoiceRow], now: datetime) -> None:
    """Keep the files the invoices came as, word for word."""
    for row in rows:
        if row.file:
            keep_invoice_file(
                books,
                {
                    "invoice": row.invoice,
                    "name": row.file.name,
                    "media_type": row.file.media_type,
                    "sha256": hashlib.sha256(row.file.content).hexdigest(),
                    "kept_at": now,
                    "content": row.file.content,
                },
            )


def _placed(
    row: Row, known: Mapping[str, str], named: Mapping[str, str], sellers: Mapping[str, str]
) -> Row:
    customer = known.get(row.customer) or named.get(row.customer_name) or row.customer
    entity = row.entity or sellers.get(folded_name(row.seller), "")
    return replace(row, customer=customer, entity=entity)
