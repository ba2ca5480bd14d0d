from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dunning.money import Money
from intake.invoices import InvoiceRow, read_invoices
from tests.intake.ledgers import (
    FIELDS,
    GOOD,
    declared,
    invoices,
    sort_out,
    table,
    the_refusal,
    write,
)


def test_a_whole_row_is_read(tmp_path: Path) -> None:
    extra = {"customer_name": "Ada Ltd", "entity": "UK", "distributed": "no", "policy": "gentle"}
    path = invoices(tmp_path, {**extra, "reference": "PO 7"})

    accepted, _ = sort_out(read_invoices(path))

    assert accepted == [
        InvoiceRow(
            row=2,
            invoice="A-1",
            customer="C-1",
            customer_name="Ada Ltd",
            entity="UK",
            amount=Money(1000, "EUR"),
            issue_date=date(2026, 1, 2),
            due_date=date(2026, 2, 1),
            distributed=False,
            policy="gentle",
            reference="PO 7",
        )
    ]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"amount": "-10.00"}, ("amount", "CREDIT_NOTE")),
        ({"amount": "-10.00", "invoice": "", "due_date": ""}, ("amount", "CREDIT_NOTE")),
        ({"amount": "0.00"}, ("amount", "AMOUNT_ZERO")),
        ({"amount": ""}, ("amount", "AMOUNT_MISSING")),
        ({"due_date": "2026-01-01"}, ("due_date", "DUE_BEFORE_ISSUE")),
        ({"due_date": ""}, ("due_date", "DATE_MISSING")),
        ({"issue_date": "2026-02-30"}, ("issue_date", "DATE_INVALID")),
        ({"issue_date": "1/2/2026"}, ("issue_date", "DATE_AMBIGUOUS")),
        ({"customer": ""}, ("customer", "CUSTOMER_MISSING")),
    ],
)
def test_a_row_that_is_no_invoice_is_refused(
    tmp_path: Path, change: dict[str, str], refusal: tuple[str, str]
) -> None:
    assert the_refusal(tmp_path, **change) == refusal


def test_a_refused_row_is_kept_with_its_number_and_cells(tmp_path: Path) -> None:
    path = invoices(tmp_path, {}, {"invoice": "A-2", "amount": "ten"}, {"invoice": "A-3"})

    accepted, refused = sort_out(read_invoices(path))

    assert [row.row for row in accepted] == [2, 4]
    assert (refused[0].row, refused[0].reason) == (3, "ten is not an amount.")
    assert refused[0].cells == {**GOOD, "invoice": "A-2", "amount": "ten"}


def test_an_identical_row_is_left_out_with_a_warning(tmp_path: Path) -> None:
    reading = read_invoices(invoices(tmp_path, {}, {"invoice": "A-2"}, {"amount": "10"}))

    accepted, refused = sort_out(reading)

    assert (len(accepted), refused, reading.duplicates) == (2, [], 1)
    assert reading.warnings == ["Identical rows left out: 1: A-1 (row 4)."]


def test_the_same_invoice_with_other_values_is_a_conflict(tmp_path: Path) -> None:
    accepted, refused = sort_out(read_invoices(invoices(tmp_path, {}, {"amount": "11.00"})))

    assert len(accepted) == 1
    assert (refused[0].row, refused[0].code) == (3, "DUPLICATE_CONFLICT")
    assert "Row 2 gives A-1" in refused[0].reason


def test_a_refused_row_does_not_stand_in_the_way_of_its_correction(tmp_path: Path) -> None:
    accepted, refused = sort_out(read_invoices(invoices(tmp_path, {"amount": "x"}, {})))

    assert [row.row for row in accepted] == [3]
    assert [row.code for row in refused] == ["AMOUNT_INVALID"]


def test_customers_with_and_without_leading_zeros_are_kept_apart_with_a_warning(
    tmp_path: Path,
) -> None:
    reading = read_invoices(
        invoices(tmp_path, {"customer": "0042"}, {"invoice": "A-2", "customer": "42"})
    )

    accepted, _ = sort_out(reading)

    assert [row.customer for row in accepted] == ["0042", "42"]
    assert "0042 and 42" in reading.warnings[0]


def test_totals_and_counts_are_those_of_the_accepted_rows(tmp_path: Path) -> None:
    changes = [{"invoice": f"B-{n}", "currency": c} for n, c in enumerate(["EUR", "USD", "EUR"])]
    reading = read_invoices(invoices(tmp_path, *changes, {"amount": "-5"}))

    for _ in range(2):
        sort_out(reading)

    assert reading.totals == {"EUR": Money(2000, "EUR"), "USD": Money(1000, "USD")}
    assert (reading.rows, reading.accepted, reading.rejected) == (4, 3, 1)


def test_a_constant_fills_what_no_column_gives(tmp_path: Path) -> None:
    fields = [name for name in FIELDS if name != "currency"]
    path = write(tmp_path, table([fields, [GOOD[name] for name in fields]]))

    accepted, _ = sort_out(
        read_invoices(path, declared(tmp_path, '[constants]\ncurrency = "CHF"\nentity = "CH"'))
    )

    assert (accepted[0].amount.currency, accepted[0].entity) == ("CHF", "CH")


def test_everyday_names_of_columns_are_understood(tmp_path: Path) -> None:
    header = ["Invoice No.", "Customer_ID", "CURRENCY", "Open Amount", "Invoice Date", "Due-Date"]

    accepted, _ = sort_out(read_invoices(write(tmp_path, table([header, [*GOOD.values()]]))))

    assert accepted[0].invoice == "A-1"


def test_a_column_nobody_reads_is_named(tmp_path: Path) -> None:
    reading = read_invoices(invoices(tmp_path, {"distribted": "no"}))

    assert reading.warnings == ["Columns not used: distribted."]
