from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dunning.money import Money
from intake.mapping import load_mapping
from intake.payments import PaymentRow, read_payments
from tests.intake.ledgers import sort_out, write

HEADER = "payment,date,currency,amount,reference,payer\n"


def test_a_whole_payment_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, f"{HEADER}B-7,2026-03-01,EUR,10.00,A-1 and A-2,Ada\n")

    accepted, _ = sort_out(read_payments(path))

    assert accepted == [
        PaymentRow(2, "B-7", date(2026, 3, 1), Money(1000, "EUR"), "A-1 and A-2", "Ada")
    ]


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("B,2026-03-01,EUR,-1,r,p", "amount", "PAYMENT_NEGATIVE"),
        ("B,2026-03-01,EUR,0,r,p", "amount", "AMOUNT_ZERO"),
        ("B,,EUR,1,r,p", "date", "DATE_MISSING"),
        ("B,2026-03-01,,1,r,p", "currency", "CURRENCY_MISSING"),
    ],
)
def test_what_is_no_payment_is_refused(tmp_path: Path, row: str, column: str, code: str) -> None:
    _, refused = sort_out(read_payments(write(tmp_path, f"{HEADER}{row}\n")))

    assert [(bad.column, bad.code) for bad in refused] == [(column, code)]


def test_payments_without_a_bank_reference_get_the_same_names_again(tmp_path: Path) -> None:
    twice = ",2026-03-01,EUR,10.00,A-1,Ada\n" * 2
    first, _ = sort_out(read_payments(write(tmp_path, HEADER + twice)))
    other = ",2026-02-01,EUR,3,x,y\n,01 Mar 2026,eur,10,A-1,Ada\n,2026-03-01,EUR,10.0,A-1,Ada\n"
    again, _ = sort_out(read_payments(write(tmp_path, HEADER + other)))

    assert len({row.payment for row in first}) == 2
    assert [row.payment for row in again][1:] == [row.payment for row in first]


def test_the_bank_s_reference_names_a_payment_once(tmp_path: Path) -> None:
    rows = "B,2026-03-01,EUR,1,r,p\nB,2026-03-01,EUR,1,r,p\nB,2026-03-01,EUR,2,r,p\n"
    reading = read_payments(write(tmp_path, HEADER + rows))

    accepted, refused = sort_out(reading)

    assert (len(accepted), reading.duplicates) == (1, 1)
    assert [row.code for row in refused] == ["DUPLICATE_CONFLICT"]


def test_an_invoice_not_settled_yet_is_no_payment(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "customerID,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,SettledDate\n"
        "X,1,1/2/2026,2/1/2026,5.00,1/20/2026\nX,2,1/2/2026,2/1/2026,6.00,\n",
    )
    reading = read_payments(path, load_mapping("ibm_late_payment"))

    accepted, refused = sort_out(reading)

    assert [(row.reference, row.on) for row in accepted] == [("1", date(2026, 1, 20))]
    assert (refused, reading.skipped) == ([], 1)
    assert reading.warnings == ["Rows left out because they have no SettledDate yet: 1."]
