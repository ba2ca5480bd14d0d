from __future__ import annotations

from decimal import Decimal

import pytest
from babel import Locale
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from dunning.money import Money, minor_digits, totals

# Currencies whose smallest coin has no use left: CLDR writes fewer digits than ISO 4217 names.
_WRITTEN_SHORTER = (
    "ADP AFN ALL BYR ESP IQD IRR ITL KPW LAK LBP LUF MGA MGF MMK MRO RSD SLL SOS STD SYP TMM"
    " TRL YER ZMK ZWD"
).split()


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [
        ("1250.00", "EUR", 125_000),
        ("0.1", "EUR", 10),
        ("-3.50", "GBP", -350),
        ("1500", "JPY", 1500),
        ("1.234", "KWD", 1234),
        ("12.3400", "EUR", 1234),
        (Decimal(7), "USD", 700),
    ],
)
def test_an_amount_is_read_to_the_last_minor_unit(
    written: str | Decimal, currency: str, minor: int
) -> None:
    assert Money.parse(written, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("written", "currency"),
    [
        ("1.001", "EUR"),
        ("1.5", "JPY"),
        ("NaN", "EUR"),
        ("Infinity", "EUR"),
        ("", "EUR"),
        ("a", "EUR"),
    ],
)
def test_what_is_no_amount_in_the_currency_is_refused(written: str, currency: str) -> None:
    with pytest.raises(ValueError, match=f"is not an amount in {currency}"):
        Money.parse(written, currency)


@given(st.integers(-(10**15), 10**15), st.sampled_from(("EUR", "JPY", "KWD", "CLF")))
def test_what_is_written_reads_back_the_same(minor: int, currency: str) -> None:
    money = Money(minor, currency)

    assert Money.parse(money.major, currency) == money
    assert str(money) == f"{money.major} {currency}"


@given(st.integers(), st.integers())
def test_sums_are_exact(left: int, right: int) -> None:
    a, b = Money(left, "EUR"), Money(right, "EUR")

    assert a + b - b == a
    assert -(a - b) == b - a
    assert (a < b) == (left < right)


def test_two_currencies_never_add_or_compare() -> None:
    euros, dollars = Money(100, "EUR"), Money(100, "USD")

    assert euros != dollars
    for mixed in (
        lambda: euros + dollars,
        lambda: euros - dollars,
        lambda: euros < dollars,
        lambda: euros >= dollars,
        lambda: min(euros, dollars),
    ):
        with pytest.raises(AssertionError, match="two currencies"):
            mixed()


def test_totals_stand_apart_by_currency() -> None:
    amounts = [Money(5, "USD"), Money(1, "EUR"), Money(2, "EUR")]

    assert list(totals(amounts).items()) == [("EUR", Money(3, "EUR")), ("USD", Money(5, "USD"))]
    assert totals([]) == {}


def test_the_digits_of_currencies_are_those_of_cldr_or_more() -> None:
    named = [str(code) for code in Locale("en").currencies]
    differing = {
        code: (minor_digits(code), get_currency_precision(code))
        for code in named
        if minor_digits(code) != get_currency_precision(code)
    }

    assert all(ours > theirs for ours, theirs in differing.values()), differing
    assert set(differing) <= set(_WRITTEN_SHORTER), differing
