from __future__ import annotations

import pytest

from intake.bank.references import named_reference, said, structured


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RF18 5390 0754 7034", "RF18539007547034"),
        ("rf18539007547034", "RF18539007547034"),
        ("21 00000 00003 13947 14300 09017", "210000000003139471430009017"),
        ("+++090/9337/55493+++", "090933755493"),
        ("***090/9337/55493***", "090933755493"),
    ],
)
def test_references_with_check_digits_are_known(text: str, expected: str) -> None:
    assert structured(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "RF19 5390 0754 7034",
        "210000000003139471430009016",
        "+++090/9337/55494+++",
        "090/9337/55493",
        "INV-7",
        "RF18 5390 0754 7034 and more",
        "2026001",
        "",
    ],
)
def test_whatever_fails_its_check_digits_is_plain_text(text: str) -> None:
    assert structured(text) == ""


@pytest.mark.parametrize("text", ["NONREF", "notprovided", "  ", "Not Provided"])
def test_words_that_stand_in_for_a_reference_say_nothing(text: str) -> None:
    assert said(text) == ""


def test_a_payment_is_matched_by_the_most_telling_text() -> None:
    assert named_reference(("INV-1",), ("words",), "RF18", "E") == "INV-1"
    assert named_reference(("INV-1", "INV-2"), ("words",), "RF18", "E") == "INV-1 INV-2 words"
    assert named_reference((), ("one", "two"), "RF18", "E") == "one two"
    assert named_reference((), (), "RF18", "E") == "RF18"
    assert named_reference((), (), "", "NOTPROVIDED", "E") == "E"
    assert named_reference((), (), "") == ""
