from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.cash.references import bare, is_creditor_reference, own_digits, referenced


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("RF18539007547034", "539007547034"),
        ("RF18 5390 0754 7034", "539007547034"),
        ("rf18539007547034", "539007547034"),
        ("RF18539007547035", ""),
        ("RF18", ""),
        ("210000000003139471430009017", "21000000000313947143000901"),
        ("210000000003139471430009018", ""),
        ("INV-1001", ""),
        ("", ""),
    ],
)
def test_a_structured_reference_counts_with_right_check_digits_only(text: str, held: str) -> None:
    assert referenced(text) == held


@pytest.mark.parametrize(
    ("text", "digits"),
    [("12344", "1234"), ("1232", "123"), ("2345676", "234567"), ("12x44", ""), ("18", "")],
)
def test_a_nordic_reference_ends_in_a_check_digit(text: str, digits: str) -> None:
    assert own_digits(text) == ((digits,) if digits else ())


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=21), st.data())
def test_one_wrong_sign_is_always_seen(body: str, data: st.DataObject) -> None:
    check = 98 - int("".join(str(int(sign, 36)) for sign in f"{body}RF00")) % 97
    right = f"RF{check:02}{body}"
    place = data.draw(st.integers(4, len(right) - 1))
    other = data.draw(st.sampled_from("0123456789").filter(lambda sign: sign != right[place]))
    wrong = right[:place] + other + right[place + 1 :]

    assert is_creditor_reference(right)
    assert right[place].isalpha() or not is_creditor_reference(wrong)


def test_an_invoice_number_in_a_reference_has_letters_and_digits_only() -> None:
    assert bare("inv-00/17") == "INV0017"
