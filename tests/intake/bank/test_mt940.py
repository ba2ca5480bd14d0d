from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dunning.money import Money
from tests.intake.bank.written import mt940, payments, read, refusal

CREDIT = ":61:2603020302CR100,00NTRFNONREF//B-1"


def test_a_german_credit_is_read_whole(tmp_path: Path) -> None:
    words = (
        ":86:166?00GUTSCHRIFT?100399?20EREF+E-1?21SVWZ+INV-7?30COBADEFFXXX?31DE8937040044053201"
        "\r\n3000?32Kunde Eins Vertriebs-Gesell?33schaft mbH"
    )
    (row,) = payments(tmp_path, mt940(CREDIT, words, closing="C260302EUR100,00"))

    assert (row.reference, row.end_to_end) == ("INV-7", "E-1")
    assert row.payer == "Kunde Eins Vertriebs-Gesellschaft mbH"
    assert row.payer_iban == "DE89370400440532013000"
    assert (row.account, row.bank_reference) == ("37040044/0532013000", "B-1")
    assert (row.on, row.amount) == (date(2026, 3, 2), Money(10000, "EUR"))


def test_full_parts_go_on_without_a_gap_and_short_ones_end_a_word(tmp_path: Path) -> None:
    words = f":86:166?20SVWZ+{'x' * 22}?21yz?22end"
    (row,) = payments(tmp_path, mt940(CREDIT, words, closing="C260302EUR100,00"))

    assert row.reference == "x" * 22 + "yz end"


def test_codes_between_slashes_are_read(tmp_path: Path) -> None:
    words = ":86:/TRTP/SEPA OVERBOEKING/IBAN/NL44RABO0123456789/NAME/A B.V./REMI/INV-7/EREF/E-9"
    (row,) = payments(tmp_path, mt940(CREDIT, words, closing="C260302EUR100,00"))

    assert (row.reference, row.payer) == ("INV-7", "A B.V.")
    assert (row.payer_iban, row.end_to_end) == ("NL44RABO0123456789", "E-9")


def test_a_structured_remittance_between_slashes_is_a_reference(tmp_path: Path) -> None:
    words = ":86:/NAME/A/REMI/STRD/CUR/RF18539007547034/EREF/E-9"
    (row,) = payments(tmp_path, mt940(CREDIT, words, closing="C260302EUR100,00"))

    assert (row.structured_reference, row.reference) == ("RF18539007547034", "RF18539007547034")


def test_words_without_any_order_are_lines(tmp_path: Path) -> None:
    (row,) = payments(tmp_path, mt940(CREDIT, ":86:INV-7", closing="C260302EUR100,00"))

    assert (row.reference, row.remittance) == ("INV-7", ("INV-7",))


def test_what_the_bank_calls_an_entry_is_no_word_of_the_payer(tmp_path: Path) -> None:
    text = mt940(f"{CREDIT}\r\nCREDIT TRANSFER", ":86:INV-7", closing="C260302EUR100,00")
    (row,) = payments(tmp_path, text)

    assert row.reference == "INV-7"


@pytest.mark.parametrize(
    ("value", "booked", "expected"),
    [
        ("251231", "0102", date(2026, 1, 2)),
        ("260102", "1231", date(2025, 12, 31)),
        ("260302", "0302", date(2026, 3, 2)),
        ("260302", "", date(2026, 3, 2)),
        ("260302", "    ", date(2026, 3, 2)),
        ("260230", "0230", date(2026, 2, 28)),
        ("240230", "0230", date(2024, 2, 29)),
    ],
)
def test_the_booking_date_takes_the_nearest_year(
    tmp_path: Path, value: str, booked: str, expected: date
) -> None:
    line = f":61:{value}{booked}C5,NTRFNONREF"
    (row,) = payments(tmp_path, mt940(line, closing="C260302EUR5,"))

    assert row.on == expected


@pytest.mark.parametrize(
    ("mark", "amount", "closing", "reversal"),
    [
        ("C", "5,", "C260302EUR5,", False),
        ("CR", "5", "C260302EUR5,00", False),
        ("RC", "5,00", "D260302EUR5,00", True),
        ("RCR", "5,00", "D260302EUR5,00", True),
    ],
)
def test_signs_and_amounts_are_read_as_banks_write_them(
    tmp_path: Path, mark: str, amount: str, closing: str, *, reversal: bool
) -> None:
    line = f":61:2603020302{mark}{amount}NTRFNONREF"
    (row,) = payments(tmp_path, mt940(line, closing=closing))

    assert (row.amount, row.is_reversal) == (Money(500, "EUR"), reversal)


@pytest.mark.parametrize(
    ("mark", "closing", "why"),
    [
        ("D", "D260302EUR5,", "paid out"),
        ("RD", "C260302EUR5,", "our own payment come back"),
        ("EC", "C260301EUR0,", "not booked yet"),
    ],
)
def test_what_is_no_payment_is_counted(tmp_path: Path, mark: str, closing: str, why: str) -> None:
    reading = read(tmp_path, mt940(f":61:2603020302{mark}5,NTRFNONREF", closing=closing))

    assert list(reading) == []
    assert reading.warnings[-1] == f"Entries that are no payments: {why}: 1."


@pytest.mark.parametrize(("kind", "code"), [("NRTI", "166"), ("NTRF", "109"), ("NTRF", "108")])
def test_a_returned_debit_is_a_reversal_with_its_reason(
    tmp_path: Path, kind: str, code: str
) -> None:
    words = f":86:{code}?00RUECKLASTSCHRIFT?20EREF+E-1?21SVWZ+INV-7?34914"
    line = f":61:2603020302D103,00{kind}NONREF//B-3"
    fees = words.replace("SVWZ+INV-7", "SVWZ+INV-7?22OAMT+100,00 COAM+3,00")
    (row,) = payments(tmp_path, mt940(line, fees, closing="D260302EUR103,00"))

    assert row.is_reversal
    assert (row.reference, row.end_to_end, row.returned_reason) == ("INV-7", "E-1", "914")
    assert (row.original_amount, row.charges) == (Money(10000, "EUR"), Money(300, "EUR"))


def test_a_time_of_day_at_a_line_start_is_no_field(tmp_path: Path) -> None:
    words = ":86:166?20SVWZ+INV 17:\r\n:26:37 and \r\n:20:45 o'clock"
    (row,) = payments(tmp_path, mt940(CREDIT, words, closing="C260302EUR100,00"))

    assert row.reference == "INV 17::26:37 and :20:45 o'clock"


def test_a_statement_in_an_envelope_after_another_is_its_own(tmp_path: Path) -> None:
    first = mt940(CREDIT, closing="C260302EUR100,00").replace("\r\n-\r\n", "\r\n-}{5:}\r\n")
    second = first.replace("0532013000", "999").replace("28C:9/1", "28C:1/1")
    start = "{1:F01COBADEFFAXXX0000000000}{2:I940X}{4:\r\n"
    rows = payments(tmp_path, start + first + start + second)

    assert [row.account for row in rows] == ["37040044/0532013000", "37040044/999"]


def test_a_report_that_does_not_end_does_not_swallow_the_next(tmp_path: Path) -> None:
    report = f":20:X\n:25:1\n:28C:1/1\n:34F:EURC0,\n{CREDIT}\n:86:INV-7\n"
    rows = payments(tmp_path, report + report.replace(":25:1", ":25:2"))

    assert [(row.account, row.reference) for row in rows] == [("1", "INV-7"), ("2", "INV-7")]


def test_names_in_an_old_character_set_are_read(tmp_path: Path) -> None:
    text = mt940(CREDIT, ":86:166?20INV-7?32Müller", closing="C260302EUR100,00")
    reading = read(tmp_path, text.encode("latin-1"))
    (row,) = list(reading)

    assert getattr(row, "payer", "") == "Müller"
    assert "read as Windows-1252" in reading.warnings[0]


def test_yen_have_no_decimals(tmp_path: Path) -> None:
    text = mt940(":61:260302C5,NTRFNONREF", opening="C260301JPY0,", closing="C260302JPY5,")
    (row,) = payments(tmp_path, text)

    assert row.amount == Money(5, "JPY")


@pytest.mark.parametrize("broken", [":61:nothing", ":61:261302C5,NTRF", ":61:260302C5,0,0NTRF"])
def test_a_broken_entry_refuses_the_file(tmp_path: Path, broken: str) -> None:
    said = refusal(tmp_path, mt940(broken, closing="C260302EUR5,"))

    assert "bank statement" in said


def test_an_entry_outside_any_statement_has_no_currency(tmp_path: Path) -> None:
    text = mt940(CREDIT, closing="C260302EUR100,00")
    reading = read(tmp_path, f"{text}:61:260302C5,NTRFNONREF\r\n")

    assert [getattr(row, "code", "") for row in reading] == ["", "CURRENCY_MISSING"]
