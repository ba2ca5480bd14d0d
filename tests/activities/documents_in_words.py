"""Documents for tests, and what a reader of a PDF gets."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from activities.documents.printer import Documents
from activities.documents.request import (
    Document,
    InvoiceDocument,
    NoticeDocument,
    StatementDocument,
)
from tests.activities.letter_requests import CREDITOR, TODAY, item

FOLDER = Path(__file__).parents[2] / "templates" / "documents"
DOCUMENTS = Documents(FOLDER)
IBAN = "DE02120300000000202051"
CREDITOR_WITH_IBAN = replace(CREDITOR, iban=IBAN, bic="BYLADEM1001", registration="HRB 12345")
_HEAD: dict[str, Any] = {
    "locale": "de",
    "creditor": CREDITOR_WITH_IBAN,
    "customer": "C1001",
    "customer_name": "Bäckerei Süß GmbH",
    "contact_name": "Zoë Œuvrard",
    "customer_address": "Lange Straße 5\n28195 Bremen",
    "today": TODAY,
}


def invoice(**more: Any) -> InvoiceDocument:  # noqa: ANN401 - any value of the document
    usual: dict[str, Any] = {"number": "4711", "item": item(due_in=20), **_HEAD}
    return InvoiceDocument(**(usual | more))


def notice(**more: Any) -> NoticeDocument:  # noqa: ANN401 - the same
    usual: dict[str, Any] = {
        "number": "20260414-5-4F2A9C",
        "title": "Letzte Mahnung",
        "before": ("Guten Tag,", "aus unserer Rechnung sind noch 1.200,00 € offen."),
        "after": ("Bitte zahlen Sie bis zum 24. April 2026.",),
        "closing": ("Mit freundlichen Grüßen",),
        "items": (item(reference="PO 7"),),
        **_HEAD,
    }
    return NoticeDocument(**(usual | more))


def statement(**more: Any) -> StatementDocument:  # noqa: ANN401 - the same
    usual: dict[str, Any] = {"number": "20260414-0-4F2A9C", "items": (item(),), **_HEAD}
    return StatementDocument(**(usual | more))


def opened(document: Document) -> PdfReader:
    return PdfReader(io.BytesIO(DOCUMENTS.pdf(document)))


def words(document: Document) -> str:
    """All text of all pages on one line, with plain spaces."""
    return " ".join(" ".join(page.extract_text() for page in opened(document).pages).split())
