from __future__ import annotations

from pathlib import Path

import pytest

from intake.bank.formats import form_of
from intake.bank.reading import BankReading, read_received
from intake.files import Limits
from intake.rows import UnreadableFile
from tests.intake.bank.written import bai2, camt, entry, mt940, read

CREDIT = ":61:2603020302C100,00NTRFNONREF//B-1"
SWIFT = mt940(CREDIT, closing="C260302EUR100,00")


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (camt(entry("1.00")), "camt"),
        ("\ufeff" + camt(entry("1.00")), "camt"),
        ("\n  <Document/>", "camt"),
        (SWIFT, "MT940"),
        ("\x01\n" + SWIFT, "MT940"),
        ("ABNANL2A\n940\nABNANL2A\n" + SWIFT, "MT940"),
        (SWIFT.replace("\r\n", "\r"), "MT940"),
        ("{1:F01X0}{2:I940X}{4:\n" + SWIFT, "MT940"),
        (bai2("16,195,500,,B,C,x/"), "BAI2"),
        ("date,currency,amount,reference\n2026-03-01,EUR,1,INV-1\n", None),
        ("date;reference\n2026-03-01;:20: o'clock\n", None),
        ("01,02\n", None),
    ],
)
def test_the_content_says_the_form(tmp_path: Path, content: str, form: str | None) -> None:
    path = tmp_path / "any.name"
    path.write_bytes(content.encode())

    assert form_of(path, Limits()) == form


def test_a_table_is_still_a_table(tmp_path: Path) -> None:
    path = tmp_path / "payments.csv"
    path.write_text("date,currency,amount,reference\n2026-03-01,EUR,1.00,INV-1\n")
    reading = read_received(path)

    assert not isinstance(reading, BankReading)
    assert [getattr(row, "reference", "") for row in reading] == ["INV-1"]


def test_a_reading_says_what_it_read_and_can_be_read_again(tmp_path: Path) -> None:
    reading = read(tmp_path, SWIFT)
    first, again = list(reading), list(reading)

    assert first == again
    assert reading.mapping.title == "MT940 bank statement"
    assert (reading.rows, reading.accepted) == (1, 1)


def test_a_statement_without_entries_says_so(tmp_path: Path) -> None:
    reading = read(tmp_path, mt940(closing="C260301EUR0,00"))

    assert list(reading) == []
    assert reading.warnings == ["The statement has no entries."]


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (":62F:C140901EUR000000000137,00\n", "an MT940 statement"),
        ("\n:20:TELEREPORTING\n", "an MT940 statement"),
        (":86:091\n-", "an MT940 statement"),
        ("16,115,10000,S,5000,4000,1000/\n49,10000,2/\n", "a BAI2 file"),
        ("00,0004,1/2/345,06/0321,0829,001,80,1,2/\n", "a BAI2 file"),
    ],
)
def test_a_piece_of_a_statement_is_called_one(tmp_path: Path, content: str, form: str) -> None:
    path = tmp_path / "piece.txt"
    path.write_text(content)

    with pytest.raises(UnreadableFile, match=f"is a piece of {form}"):
        read_received(path)
