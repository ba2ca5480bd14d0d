from __future__ import annotations

from pathlib import Path

from intake.invoices import read_invoices
from intake.mapping import Mapping
from tests.intake.ledgers import declared, sort_out, write

HEADER = "invoice,currency,amount,issue_date,due_date\n"
ROW = "EUR,1.00,2026-01-01,2026-01-31\n"


def labelled(folder: Path) -> Mapping:
    return declared(folder, '[groups]\ncustomer = "Customer"\nentity = "Company"\n')


def test_a_labelled_line_holds_for_the_rows_below_it(tmp_path: Path) -> None:
    text = f"Customer:  007\nCompany,UK\n{HEADER}A-1,{ROW}A-2,{ROW}Customer,008\n{HEADER}A-3,{ROW}"

    accepted, refused = sort_out(read_invoices(write(tmp_path, text), labelled(tmp_path)))

    assert not refused
    assert [(row.customer, row.entity) for row in accepted] == [
        ("007", "UK"),
        ("007", "UK"),
        ("008", ""),
    ]


def test_rows_above_the_first_group_have_no_customer(tmp_path: Path) -> None:
    text = f"{HEADER}A-1,{ROW}Customer: 007\nA-2,{ROW}"

    accepted, refused = sort_out(read_invoices(write(tmp_path, text), labelled(tmp_path)))

    assert [row.invoice for row in accepted] == ["A-2"]
    assert [(bad.row, bad.code) for bad in refused] == [(2, "CUSTOMER_MISSING")]


def test_a_lone_text_is_the_group_and_a_total_is_none(tmp_path: Path) -> None:
    mapping = declared(tmp_path, '[groups]\ncustomer = "*"\n')
    text = f"note,{HEADER}Ada Ltd,,,,,\n,A-1,{ROW}Total Ada Ltd,,,1.00,,\nBob Ltd,,,,,\n,A-2,{ROW}"

    accepted, refused = sort_out(read_invoices(write(tmp_path, text), mapping))

    assert [row.customer for row in accepted] == ["Ada Ltd", "Bob Ltd"]
    assert [(bad.row, bad.code) for bad in refused] == [(4, "NOT_A_ROW")]
