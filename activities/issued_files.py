"""The PDFs invoices came as: a copy that is asked for is the same document."""

from __future__ import annotations

import re
from collections.abc import Sequence

from activities.letter_documents import MOST_INVOICES
from activities.letter_request import Attachment
from ledger.books import Books
from ledger.cash import invoice_file

# Providers take messages of up to 30 MB, and encoding makes files a third larger.
MOST_BYTES = 15_000_000
_COPY, _PDF = "invoice_copy", "application/pdf"


def originals(books: Books, letter: str, invoices: Sequence[str]) -> tuple[Attachment, ...]:
    """The PDFs that the invoices of a copy came as; none unless each of them came as one.

    Then Duncan's own rendering goes out instead: nobody can read bare XML.
    """
    if letter != _COPY or not 0 < len(invoices) <= MOST_INVOICES:
        return ()
    files = [invoice_file(books, invoice) for invoice in invoices]
    found = [
        Attachment(_plain(name), kind, content)
        for name, kind, content in filter(None, files)
        if kind == _PDF
    ]
    too_large = sum(len(one.content) for one in found) > MOST_BYTES
    return () if too_large or len(found) < len(invoices) else tuple(found)


def _plain(name: str) -> str:
    """A file name of letters, digits, dots and dashes only."""
    return re.sub(r"[^\w.-]+", "_", name)[-80:].lstrip(".") or "invoice.pdf"
