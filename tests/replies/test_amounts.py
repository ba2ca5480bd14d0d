"""Amounts and shares in messages, against answers worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from replies.amounts import amounts_in, fractions_in

TABLES = Path(__file__).parent / "amounts"


def cases() -> list[tuple[str, str, str, str]]:
    """Every phrase of the tables: phrase, expected amount and currency, language, locale."""
    found = []
    for table in sorted(TABLES.glob("*.txt")):
        language, locale = table.stem[:2], ""
        for line in table.read_text(encoding="utf-8").splitlines():
            if line.startswith("# "):
                language, locale = line.removeprefix("# ").split()
            elif line.startswith("- "):
                found.append((line.removeprefix("- "), "-", language, locale))
            elif line.strip():
                amount, currency, phrase = line.split(" ", 2)
                expected = f"{amount} {currency.strip('-')}".strip()
                found.append((phrase, expected, language, locale))
    return found


def first_amount(phrase: str, language: str, locale: str) -> str:
    """The first amount found as the tables write it."""
    spans = amounts_in(phrase, language, locale)
    return f"{spans[0].amount:f} {spans[0].currency}".strip() if spans else "-"


@pytest.mark.parametrize(("phrase", "expected", "language", "locale"), cases())
def test_an_amount_is_read_as_it_is_written(
    phrase: str, expected: str, language: str, locale: str
) -> None:
    assert first_amount(phrase, language, locale) == expected
