from __future__ import annotations

from pathlib import Path

import pytest

from tests.intake.ledgers import the_refusal, the_row


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("000123", "000123"),
        (" A/1 ", "A/1"),
        ("1234567890.0", "1234567890"),
        ('="00123"', "00123"),
        ("1E5", "1E5"),
        ("Ä-7", "Ä-7"),
    ],
)
def test_an_identifier_is_kept_verbatim(tmp_path: Path, text: str, number: str) -> None:
    assert the_row(tmp_path, invoice=text).invoice == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("4.51236E+09", "DIGITS_LOST"),
        ("4,51236e+09", "DIGITS_LOST"),
        ("=A1", "FORMULA_WITHOUT_VALUE"),
        ("a\x07b", "CONTROL_CHARACTER"),
        ("a\u202eb", "CONTROL_CHARACTER"),
        ("two\nlines", "CONTROL_CHARACTER"),
        ("x" * 65, "TOO_LONG"),
        ("", "INVOICE_MISSING"),
    ],
)
def test_a_broken_identifier_is_refused(tmp_path: Path, text: str, code: str) -> None:
    assert the_refusal(tmp_path, invoice=text) == ("invoice", code)


@pytest.mark.parametrize("text", ["=cmd()", "+49 Partners", "@home Ltd", "-Dash- Ltd"])
def test_a_name_is_data_whatever_it_starts_with(tmp_path: Path, text: str) -> None:
    assert the_row(tmp_path, customer_name=text).customer_name == text


def test_a_name_is_trimmed_folded_and_free_of_control_characters(tmp_path: Path) -> None:
    row = the_row(tmp_path, customer_name="  O'Neil \u00a0 &\tSons\x07\u200b ")

    assert row.customer_name == "O'Neil & Sons"


def test_a_name_has_an_end(tmp_path: Path) -> None:
    assert the_refusal(tmp_path, customer_name="x" * 201) == ("customer_name", "TOO_LONG")


@pytest.mark.parametrize(
    ("text", "sent"),
    [("yes", True), ("JA", True), ("1", True), ("no", False), ("Nein", False), ("", True)],
)
def test_yes_and_no_are_read_and_silence_means_distributed(
    tmp_path: Path, text: str, *, sent: bool
) -> None:
    assert the_row(tmp_path, distributed=text).distributed is sent


def test_neither_yes_nor_no_is_refused(tmp_path: Path) -> None:
    assert the_refusal(tmp_path, distributed="perhaps") == ("distributed", "BOOLEAN_INVALID")


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "CURRENCY_MISSING"), ("EURO", "CURRENCY_UNKNOWN"), ("DEM", "CURRENCY_UNKNOWN")],
)
def test_a_currency_must_be_one_in_use(tmp_path: Path, text: str, code: str) -> None:
    assert the_refusal(tmp_path, currency=text) == ("currency", code)


def test_a_currency_code_may_be_written_small(tmp_path: Path) -> None:
    assert the_row(tmp_path, currency="usd").amount.currency == "USD"
