"""What a date in a message means, against answers worked out by hand with a calendar."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from replies.dates import dates_in
from replies.spans import DateSpan

TABLES = Path(__file__).parent / "dates"


def cases() -> list[tuple[str, str, date, str, str]]:
    """Every phrase of the tables: phrase, expected day, day of receipt, language, locale."""
    found = []
    for table in sorted(TABLES.glob("*.txt")):
        received_on, locale, language = date.min, "", table.stem[:2]
        for line in table.read_text(encoding="utf-8").splitlines():
            if line.startswith("# received "):
                day, locale = line.removeprefix("# received ").split()
                received_on, language = date.fromisoformat(day), locale[:2]
            elif line.strip():
                expected, _, phrase = line.partition(" ")
                found.append((phrase, expected, received_on, language, locale))
    return found


def first_day(spans: tuple[DateSpan, ...]) -> str:
    """The first day found as the tables write it: a question mark when it is doubtful."""
    for span in spans:
        if span.day:
            return f"{'?' if span.is_ambiguous else ''}{span.day}"
    return "-"


@pytest.mark.parametrize(("phrase", "expected", "received_on", "language", "locale"), cases())
def test_a_date_means_the_day_the_labelling_rules_say(
    phrase: str, expected: str, received_on: date, language: str, locale: str
) -> None:
    spans = dates_in(phrase, received_on, language, locale if "-" in locale else "")

    assert first_day(spans) == expected
