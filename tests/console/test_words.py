from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from commands.acting import PAUSE_REASONS
from console import words
from console.desk import TEMPLATES
from console.navigation import AREAS, ENTRIES
from console.words.languages import LANGUAGES, chosen_language, dictionary, words_of
from dunning.dispute import REASONS
from dunning.money import Money
from dunning.people import ROLES
from tests.console.team import Team

_SAID = re.compile(r"""\b_\(\s*"((?:[^"\\]|\\.)*)\"""")
_PLACES = re.compile(r"\{(\w*)\}")
_CODE_TEXTS = (
    *words.STAGES.values(),
    *words.ROLES.values(),
    *words.CHANNELS.values(),
    *words.MESSAGE_STATES.values(),
    *(words.plain(one) for one in (*PAUSE_REASONS, *REASONS, *ROLES)),
    *(area.title for area in AREAS),
    *(one.title for one in ENTRIES),
)


def texts() -> set[str]:
    """Every text the pages say, as it is written there."""
    found = set(_CODE_TEXTS)
    for template in TEMPLATES.glob("*.html"):
        found |= set(_SAID.findall(template.read_text("utf-8")))
    return found


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_every_text_of_every_page_is_translated(language: str) -> None:
    known = dictionary(language)

    assert sorted(texts() - known.keys()) == []


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_a_translation_has_the_places_of_its_text(language: str) -> None:
    wrong = [
        english
        for english, said in dictionary(language).items()
        if sorted(_PLACES.findall(english)) != sorted(_PLACES.findall(said)) or not said.strip()
    ]

    assert wrong == []


def test_a_text_that_is_not_known_is_said_in_english() -> None:
    assert words_of("de")("No such {thing}.", thing="text") == "No such text."


def test_amounts_days_and_moments_look_as_the_language_writes_them() -> None:
    german, english = words_of("de"), words_of("en")
    moment = datetime(2026, 5, 4, 10, tzinfo=UTC)

    assert german.amount(Money(123_456_789, "EUR")) == "1.234.567,89 EUR"
    assert german.amount(Money(-5, "EUR")) == "-0,05 EUR"
    assert german.amount(Money(1234, "JPY")) == "1.234 JPY"
    assert german.amount(Money(1234, "KWD")) == "1,234 KWD"
    assert german.moment(moment, ZoneInfo("Europe/Berlin")) == "4. Mai 2026, 12:00"
    assert english.amount(Money(123_456_789, "EUR")) == "1,234,567.89 EUR"
    assert german.number(1_000_000) == "1.000.000"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("de-AT,de;q=0.9,en;q=0.5", "de"), ("fr, en", "en"), ("", "en"), ("DE", "de"), (";;,", "en")],
)
def test_the_browser_says_which_language(accepted: str, language: str) -> None:
    assert chosen_language(accepted) == language


async def test_every_page_can_be_read_in_german(team: Team) -> None:
    async with team.at_desk("associate", **{"accept-language": "de"}) as desk:
        for place in ("/", "/queue", "/messages", "/tasks", "/invoices/INV-1", "/customers/C-1"):
            page = (await desk.get(place)).text

            assert '<html lang="de">' in page, place
            assert "Kontrolle" in page, place
