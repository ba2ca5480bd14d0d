from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dunning.money import Money
from tests.intake.bank.written import bai2, payments, read, refusal


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def test_a_credit_is_read_whole(tmp_path: Path) -> None:
    lines = ("16,195,10050,V,260303,,B-1,E-1,INV-7/", "88,DBNM: Ada Ltd", "88,DACT: 123")
    (row,) = payments(tmp_path, bai2(*lines))

    assert (row.amount, row.on, row.value_date) == (
        usd(10050),
        date(2026, 3, 2),
        date(2026, 3, 3),
    )
    assert (row.reference, row.end_to_end, row.bank_reference) == ("INV-7", "E-1", "B-1")
    assert (row.payer, row.payer_iban, row.account) == ("Ada Ltd", "123", "0975312")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("16,142,500,,B,C,INV-7/",), ("B", "INV-7")),
        (("16,142,500,Z,B,C,INV-7, and more",), ("B", "INV-7, and more")),
        (("16,142,500,S,100,200,200,B,C,INV-7/",), ("B", "INV-7")),
        (("16,142,500,D,2,0,200,1,300,B,C,INV-7/",), ("B", "INV-7")),
        (("16,142,500,,B,C/", "88,INV-7"), ("B", "INV-7")),
        (("16,142,500,/", "88,B,C,INV-7/"), ("B", "INV-7")),
        (("16,142,500,,B,C,one", "88,two/"), ("B", "one two")),
        (("16,142,500,,B,C,/", "88,REMI: INV-7"), ("B", "INV-7")),
        (("16,142,500,,B,C,INV", "7/"), ("B", "INV 7")),
    ],
)
def test_funds_types_and_continuations_are_told_apart(
    tmp_path: Path, lines: tuple[str, ...], expected: tuple[str, str]
) -> None:
    # A line end inside a text begins no record.
    (row,) = payments(tmp_path, bai2(*lines))

    assert (row.bank_reference, row.reference) == expected


def test_amounts_have_the_decimals_of_their_currency(tmp_path: Path) -> None:
    (row,) = payments(tmp_path, bai2("16,195,500,,B,C,x/", currency="JPY"))

    assert row.amount == Money(500, "JPY")


@pytest.mark.parametrize("code", ["551", "555", "557", "558"])
def test_a_returned_item_is_a_reversal(tmp_path: Path, code: str) -> None:
    text = 'Return From: Ada, Reason: "R02"'
    (row,) = payments(tmp_path, bai2(f"16,{code},500,,B,E-1,{text}/"))

    assert row.is_reversal
    assert (row.amount, row.end_to_end, row.returned_reason) == (usd(500), "E-1", "R02")


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("475", "paid out"),
        ("257", "our own payment come back"),
        ("275", "own money moved between accounts"),
        ("354", "interest"),
        ("890", "of nothing"),
    ],
)
def test_what_is_no_payment_is_counted(tmp_path: Path, code: str, why: str) -> None:
    reading = read(tmp_path, bai2(f"16,{code},500,,B,C,x/"))

    assert list(reading) == []
    assert reading.warnings[-1] == f"Entries that are no payments: {why}: 1."


def test_records_padded_onto_one_line_are_told_apart(tmp_path: Path) -> None:
    text = bai2("16,195,500,,B,C,INV-7/").replace("/\n", "/     ")
    (row,) = payments(tmp_path, text)

    assert row.reference == "INV-7"


def test_groups_and_accounts_are_statements_of_their_own(tmp_path: Path) -> None:
    first = bai2("16,195,500,,B,C,INV-7/").splitlines()
    second = [line.replace("260302", "260303") for line in first[1:-1]]
    text = "\n".join([*first[:-1], *second, "99,1000,2,12/"])
    rows = payments(tmp_path, text)

    assert [row.on for row in rows] == [date(2026, 3, 2), date(2026, 3, 3)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("49,500,", "49,501,", "control total of 501, the records add up to 500"),
        ("98,500,", "98,400,", "control total of 400, the records add up to 500"),
        ("99,500,", "99,5,", "control total of 5, the records add up to 500"),
        ("99,500,1,7/\n", "", "its last records are missing"),
        ("02,US", "16,US", "record 16 in line 2 does not belong there"),
        ("16,195,500", "16,195,5.00", "'5.00' where an amount should stand"),
        ("16,195", "16,wire", "'wire' where a type code should stand"),
        ("SENDER,1,", "SENDER,4,", "is a test of the bank"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    text = bai2("16,195,500,,B,C,INV-7/")

    assert old in text
    assert said in refusal(tmp_path, text.replace(old, new))


def test_a_wrong_count_of_records_is_told(tmp_path: Path) -> None:
    reading = read(tmp_path, bai2("16,195,500,,B,C,x/").replace("49,500,3", "49,500,9"))

    assert len(list(reading)) == 1
    assert "counts its records otherwise" in reading.warnings[0]


def test_what_the_bank_withdraws_is_left_out(tmp_path: Path) -> None:
    reading = read(tmp_path, bai2("16,195,500,,B,C,x/").replace("SENDER,1,", "SENDER,2,"))

    assert list(reading) == []
    assert "The bank withdraws it" in reading.warnings[0]


def test_details_that_are_less_than_their_sum_are_told(tmp_path: Path) -> None:
    reading = read(tmp_path, bai2("16,195,500,,B,C,x/", summary="100,700,2,"))

    assert len(list(reading)) == 1
    assert "lists credits of 5.00 USD and sums them to 7.00 USD" in reading.warnings[0]


def test_balances_that_contradict_the_sums_are_refused(tmp_path: Path) -> None:
    summary = "010,1000,,,015,1500,,,100,600,1,,400,0,0,"

    said = refusal(tmp_path, bai2("16,195,600,,B,C,x/", summary=summary))

    assert "do not make the closing balance of 15.00 USD" in said
