from __future__ import annotations

from decimal import Decimal

import pytest

from dunning.money import Money
from intake.amounts import AmountColumn
from intake.rows import BadCell, Cell


def read(text: Cell, *others: str, decimal: str = "", currency: str = "EUR") -> Money | None:
    column = AmountColumn("amount", decimal)
    for cell in (text, *others):
        column.observe(cell)
    return column.read(text, currency)


def refusal(text: Cell, *others: str, decimal: str = "", currency: str = "EUR") -> BadCell:
    with pytest.raises(BadCell) as caught:
        read(text, *others, decimal=decimal, currency=currency)
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        *("1234.5", "1234,5", "1,234.50", "1.234,50", "1 234,50", "1'234.50", "+1234.50"),
        *("€1,234.50", "1.234,50 €", "EUR 1234.50", "1234.50EUR", "1\u00a0234,50"),
    ],
)
def test_an_amount_that_can_be_read_one_way_only_is_read(text: str) -> None:
    assert read(text) == Money(123450, "EUR")


@pytest.mark.parametrize("text", ["-5.00", "5.00-", "(5.00)", "\u22125.00", "$-5.00", "($5.00)"])
def test_every_way_of_writing_a_negative_is_negative(text: str) -> None:
    assert read(text) == Money(-500, "EUR")


def test_a_lone_separator_before_three_digits_is_refused_with_the_way_to_declare_it() -> None:
    bad = refusal("1,234", "7,000", "12")

    assert bad.code == "AMOUNT_AMBIGUOUS"
    assert "[formats] decimal" in bad.reason


@pytest.mark.parametrize("proof", ["99.50", "1,000,000", "1,234.5", "0.125"])
def test_another_cell_of_the_column_proves_the_decimal_point(proof: str) -> None:
    assert read("1,234", proof) == Money(123400, "EUR")


def test_a_proven_decimal_comma_leaves_too_many_decimals() -> None:
    assert refusal("1,234", "99,5").code == "AMOUNT_DECIMALS"
    assert read("1,234", "99,5", currency="KWD") == Money(1234, "KWD")


def test_contradicting_proofs_prove_nothing() -> None:
    assert refusal("1,234", "99,5", "99.5").code == "AMOUNT_AMBIGUOUS"


def test_a_declared_decimal_sign_settles_it() -> None:
    assert read("1,234", decimal=".") == Money(123400, "EUR")
    assert read("1.234", decimal=",") == Money(123400, "EUR")
    assert read("12,34,567.80", decimal=".") == Money(123456780, "EUR")


@pytest.mark.parametrize(
    ("text", "decimal"), [("1.234,50", "."), ("1,23", "."), ("1,2,3", "."), ("1.5.5", "")]
)
def test_separators_in_the_wrong_place_are_invalid(text: str, decimal: str) -> None:
    assert refusal(text, decimal=decimal).code == "AMOUNT_INVALID"


@pytest.mark.parametrize(
    "text", ["abc", "12 EUR EUR", "(5.00", "--5", "-5-", "(-5)", "5 00", "1/2"]
)
def test_what_is_no_number_is_invalid(text: str) -> None:
    assert refusal(text).code == "AMOUNT_INVALID"


def test_more_decimals_than_the_currency_has_are_refused() -> None:
    assert refusal("1.005", decimal=".").code == "AMOUNT_DECIMALS"
    assert refusal("100.50", currency="JPY").code == "AMOUNT_DECIMALS"
    assert read("100.00", currency="JPY") == Money(100, "JPY")


def test_an_exponent_may_have_lost_digits() -> None:
    assert refusal("1.5E+05").code == "DIGITS_LOST"


def test_a_formula_is_no_amount() -> None:
    assert refusal("=SUM(A1:A9)").code == "FORMULA_WITHOUT_VALUE"


def test_a_mark_of_another_currency_is_a_conflict() -> None:
    assert refusal("€5.00", currency="USD").code == "CURRENCY_CONFLICT"
    assert read("$5.00", currency="CAD") == Money(500, "CAD")


def test_an_amount_beyond_all_reason_is_refused() -> None:
    assert refusal("99999999999999").code == "AMOUNT_TOO_LARGE"


def test_a_spreadsheet_number_is_read_whatever_was_declared() -> None:
    assert read(Decimal("1234.5"), decimal=",") == Money(123450, "EUR")


def test_an_empty_cell_is_no_amount() -> None:
    assert read("") is None
