"""The language of a message, from its words or from where its sender lives."""

from __future__ import annotations

from pathlib import Path

import pytest

from replies.languages import LANGUAGES, language_of


def cases() -> list[tuple[str, str]]:
    """Short messages and their language."""
    found, language = [], ""
    table = Path(__file__).parent / "languages.txt"
    for line in table.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            language = line.removeprefix("# ")
        else:
            found.append((line, language))
    return found


@pytest.mark.parametrize(("text", "language"), cases())
def test_a_few_words_show_their_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["ok", "STOP", "", "4711", "👍", "IBAN?", "W-9"])
def test_what_shows_no_language_is_in_that_of_the_locale(text: str, language: str) -> None:
    assert language_of(text, language) == language
    assert language_of(text, f"{language}-XX") == language
    assert language_of(text, f"{language}_XX.UTF-8") == language


def test_a_clear_text_outweighs_the_locale() -> None:
    text = "Wir haben die Rechnung schon bezahlt, bitte prüfen Sie Ihr Konto."

    assert language_of(text, "en-GB") == "de"


def test_one_short_sentence_already_does() -> None:
    assert language_of("Wir zahlen am Freitag nach Erhalt", "en-GB") == "de"


def test_an_unknown_locale_leaves_english() -> None:
    assert language_of("4711", "pl-PL") == "en"
    assert language_of("4711") == "en"
