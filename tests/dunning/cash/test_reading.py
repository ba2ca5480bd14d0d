from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.cash.reading import asked_names, mentions, named_among, ranges
from tests.dunning.cash.paying import payment

KNOWN = {"INV-1001", "INV-1002", "INV-1003", "INV-10", "1005", "12345", "R 77/2026"}


@pytest.mark.parametrize(
    ("text", "invoices"),
    [
        ("INV-1001", ["INV-1001"]),
        ("inv-1001 + INV-1002", ["INV-1001", "INV-1002"]),
        ("INV-1002,INV-1001;INV-1003", ["INV-1001", "INV-1002", "INV-1003"]),
        ("payment for #INV-1001.", ["INV-1001"]),
        ("Rg:INV-1001/", ["INV-1001"]),
        ("(INV-1001)(INV-1002)", ["INV-1001", "INV-1002"]),
        ("INV-1001 to 1003", ["INV-1001", "INV-1002", "INV-1003"]),
        ("INV-1001-1003", ["INV-1001", "INV-1002", "INV-1003"]),
        ("INV-1001 bis INV-1003", ["INV-1001", "INV-1002", "INV-1003"]),
        ("R 77/2026", ["R 77/2026"]),
        ("our R 77/2026 thanks", ["R 77/2026"]),
        ("12345", ["12345"]),
        ("1005", ["1005"]),
        ("invoice 1005", ["1005"]),
        ("Rechnung Nr. 1005", ["1005"]),
        ("INV 1001", []),
        ("INV-1O01", []),
        ("INV-10011", []),
        ("XINV-1001", []),
        ("we paid 1005 pieces", []),
        ("2026-03-09 1005", []),
        ("", []),
        ("???", []),
    ],
)
def test_only_an_exact_number_names_an_invoice(text: str, invoices: list[str]) -> None:
    assert list(named_among(payment(100, text), KNOWN).invoices) == invoices


def test_a_number_broken_by_a_line_end_is_one_number() -> None:
    named = named_among(payment(100, "paid INV- 1001"), {"INV-1001"})

    assert (named.invoices, named.doubt) == (("INV-1001",), "")


def test_what_can_be_read_in_two_ways_is_in_doubt() -> None:
    named = named_among(payment(100, "INV-10 01"), KNOWN)

    assert named.invoices == ("INV-10",)
    assert "INV-1001" in named.doubt


def test_a_range_with_a_hole_is_in_doubt() -> None:
    named = named_among(payment(100, "INV-1002 to 1004"), KNOWN)

    assert named.invoices == ("INV-1002", "INV-1003")
    assert "some are not in the books" in named.doubt


def test_every_text_is_read_and_each_invoice_counts_once() -> None:
    named = named_among(payment(100, "INV-1001", "INV-1001 INV-1002"), KNOWN)

    assert named.invoices == ("INV-1001", "INV-1002")


def test_dates_and_wide_ranges_are_no_ranges() -> None:
    assert ranges(payment(100, "2026-03-09 and 01-12")) == []
    assert ranges(payment(100, "INV-1000 to 9999")) == []
    assert ranges(payment(100, "INV-1003 to 1001")) == []


@given(st.text(max_size=3_000))
def test_any_text_can_be_read_in_bounded_time(text: str) -> None:
    paid = payment(100, text[:200], text)

    assert len(mentions(paid)) <= 8 * 250 * 2
    assert set(named_among(paid, KNOWN).invoices) <= KNOWN
    assert "" not in asked_names([paid])
