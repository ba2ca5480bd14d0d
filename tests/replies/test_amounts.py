"""Amounts and shares in messages, against answers worked out by hand."""

from __future__ import annotations

import time
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


def test_an_amount_is_where_it_stands_in_the_text() -> None:
    text = "Für Müller: 1.234,56 € am 5.12. und 2 Tsd Euro später."
    spans = amounts_in(text, "de")

    assert [text[span.start : span.end] for span in spans] == ["1.234,56 €", "2 Tsd Euro"]
    assert [span.amount for span in spans] == [Decimal("1234.56"), Decimal(2000)]


def test_a_spanish_mil_is_a_thousand_and_an_english_one_a_million() -> None:
    assert amounts_in("5 mil euros", "es")[0].amount == 5_000
    assert amounts_in("5 mil euros", "en")[0].amount == 5_000_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("half now", Fraction(1, 2)),
        ("half of it on Friday", Fraction(1, 2)),
        ("we pay 50 % now", Fraction(1, 2)),
        ("30 percent upfront", Fraction(3, 10)),
        ("two thirds today", Fraction(2, 3)),
        ("one third each month", Fraction(1, 3)),
        ("a quarter of the amount", Fraction(1, 4)),
        ("1/2 of the invoice", Fraction(1, 2)),
        ("½ today", Fraction(1, 2)),
        ("die Hälfte sofort", Fraction(1, 2)),
        ("zwei Drittel am Montag", Fraction(2, 3)),
        ("ein Viertel jetzt", Fraction(1, 4)),
        ("50 Prozent", Fraction(1, 2)),
        ("la moitié vendredi", Fraction(1, 2)),
        ("un tiers maintenant", Fraction(1, 3)),
        ("40 pour cent", Fraction(2, 5)),
        ("la mitad hoy", Fraction(1, 2)),
        ("una tercera parte", Fraction(1, 3)),
        ("el 25 por ciento", Fraction(1, 4)),
        ("de helft morgen", Fraction(1, 2)),
        ("een derde nu", Fraction(1, 3)),
        ("75 procent", Fraction(3, 4)),
    ],
)
def test_a_share_is_read_as_a_fraction(text: str, expected: Fraction) -> None:
    assert [span.fraction for span in fractions_in(text)] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "half an hour",
        "half past ten",
        "second half of the month",
        "2 % Skonto",
        "20% VAT",
        "8 % interest",
        "19 % MwSt",
        "a third party",
        "the third reminder",
        "end of the quarter",
        "half december",
        "150 % sure",
        "halve dag",
        "Viertelstunde",
        "une demi-heure",
    ],
)
def test_what_only_sounds_like_a_share_is_none(text: str) -> None:
    assert fractions_in(text) == ()


@pytest.mark.parametrize("unit", ["1 ", "1,000", "€ ", "no 1, 1, ", "1'", "half ", "0", "a1-"])
def test_hostile_text_takes_no_more_than_its_length(unit: str) -> None:
    started = time.process_time()
    amounts_in(unit * (100_000 // len(unit)), "en")
    fractions_in(unit * (100_000 // len(unit)))

    assert time.process_time() - started < 5
