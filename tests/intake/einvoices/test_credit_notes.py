"""Electronic credit notes: however they say so, and for which invoice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dunning.money import Money
from intake.credit_notes import CreditNoteRow
from intake.einvoices.reading import read_issued
from intake.rows import Rejected
from tests.intake.einvoices.test_reading import EUR, read
from tests.intake.einvoices.writing import UBL, written


@pytest.mark.parametrize(("before", "after"), [(">380<", ">381<"), ("119.00", "-119.00")])
def test_a_credit_note_is_one_however_it_says_so(tmp_path: Path, before: str, after: str) -> None:
    reading = read_issued(written(tmp_path, UBL.replace(before, after)))
    (row,) = reading

    assert isinstance(row, CreditNoteRow)
    assert (row.credit, row.amount, row.on) == ("E-1", Money(-11_900, EUR), date(2026, 3, 2))
    assert reading.totals["EUR"] == Money(-11_900, EUR)


def test_a_credit_note_names_its_invoice(tmp_path: Path) -> None:
    named = (
        "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>E-0</cbc:ID>"
        "</cac:InvoiceDocumentReference></cac:BillingReference>"
    )
    text = UBL.replace(">380<", ">381<").replace(
        "<cac:AccountingSupplier", named + "<cac:AccountingSupplier", 1
    )
    (row,) = read(written(tmp_path, text))

    assert isinstance(row, CreditNoteRow)
    assert row.credits == "E-0"


def test_a_credit_note_of_a_negative_amount_is_not_guessed_at(tmp_path: Path) -> None:
    text = UBL.replace(">380<", ">381<").replace("119.00", "-119.00")
    (row,) = read(written(tmp_path, text))

    assert isinstance(row, Rejected)
    assert row.code == "CREDIT_NOTE"
