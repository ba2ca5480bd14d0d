from __future__ import annotations

import re
import tomllib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from commands.acting import PAUSE_REASONS
from commands.month_end.shown import LABELS
from console import words
from console.desk import TEMPLATES
from console.navigation import AREAS, ENTRIES
from console.words.languages import LANGUAGES, chosen_language, dictionary, words_of
from console.words.sentences import LEAST_LETTERS, sentences_of
from dunning.dispute import REASONS
from dunning.money import Money
from dunning.people import ROLES
from dunning.reports.roll_forward import UNAPPLIED_LINES
from settings import Settings
from tests.console.sentences_in_code import sentences
from tests.console.team import Team

_SAID = re.compile(r"""\b_\(\s*"((?:[^"\\]|\\.)*)\"""")
_PLACES = re.compile(r"\{(\w*)\}")
_STEP = re.compile(r'(?m)^id = "(\w+)"')
# What pages do not say themselves: what code puts there, tags, and things that are no words.
_NO_TEXT = re.compile(
    r"\brequired(?=\{%)|\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}|<(script|style|code|kbd)\b.*?</\1>|<(?:\{[{%].*?[}%]\}|[^<>{])*>",
    re.DOTALL,
)
_WORD = re.compile(r"(?<!-)\b[A-Za-z]{3}")
_SAME_EVERYWHERE = {"Duncan", "CSV", "XLSX", "SHA-256", "API"}
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


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda one: one.stem)
def test_no_text_of_a_page_stands_beside_what_is_translated(template: Path) -> None:
    bare = _NO_TEXT.sub("\n", template.read_text("utf-8"))
    said = {one for line in bare.split("\n") if (one := line.strip(" ·"))}

    # Parts of addresses and of attributes are no words.
    assert {one for one in said if _WORD.search(one) and not set(one) & set('"=')} <= (
        _SAME_EVERYWHERE
    )


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_every_step_of_the_shipped_policies_has_a_name(language: str) -> None:
    files = (Path(__file__).parents[2] / "policies").glob("*.toml")
    steps = {one for file in files for one in _STEP.findall(file.read_text("utf-8"))}

    assert len(steps) > 10
    assert {words.plain(one) for one in steps} - dictionary(language).keys() == set()


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_a_translation_has_the_places_of_its_text(language: str) -> None:
    wrong = [
        english
        for english, said in dictionary(language).items()
        if sorted(_PLACES.findall(english)) != sorted(_PLACES.findall(said)) or not said.strip()
    ]

    assert wrong == []


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_every_reason_refusal_and_answer_of_the_code_is_translated(language: str) -> None:
    known = {_PLACES.sub("{}", one) for one in sentences_of(language)}
    known |= {_PLACES.sub("{}", one) for one in dictionary(language)}
    telling = {
        said: file
        for said, file in sentences().items()
        if len(re.findall(r"[a-zA-Z]", said.replace("{}", ""))) >= LEAST_LETTERS
    }

    assert len(telling) > 500
    assert {said: file for said, file in telling.items() if said not in known} == {}


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_a_sentence_keeps_every_value(language: str) -> None:
    wrong = [
        english
        for english, said in sentences_of(language).items()
        if sorted(_PLACES.findall(english)) != sorted(_PLACES.findall(said)) or not said.strip()
    ]

    assert wrong == []


def test_no_text_stands_twice_in_a_dictionary() -> None:
    file = Path(words.__file__).parent / "de.toml"
    told = [one for part in tomllib.loads(file.read_text("utf-8")).values() for one in part]

    assert [one for one, count in Counter(told).items() if count > 1] == []


@pytest.mark.parametrize(
    ("english", "german"),
    [
        (
            "Invoice INV-2 is paused until 2026-05-20: resume it first.",
            "Rechnung INV-2 ist bis 20. Mai 2026 pausiert: Setzen Sie sie zuerst fort.",
        ),
        (
            "1,250.00 EUR, issued 1 Mar 2026, due 31 Mar 2026",
            "1.250,00 EUR, ausgestellt 1. März 2026, fällig 31. März 2026",
        ),
        (
            "The associate may not approve this: the ar_lead has to.",
            "Sachbearbeitung darf dies nicht freigeben: Zuständig ist Leitung Debitoren.",
        ),
        (
            "comes after the escalation: 3 promises in a row were broken",
            "kommt nach der Eskalation: 3 Zahlungszusagen hintereinander wurden gebrochen",
        ),
        (
            "reminder_sms: the policy asks for it 3 days before the due date",
            "Zahlungserinnerung per SMS: die Richtlinie verlangt es 3 Tage vor Fälligkeit",
        ),
        ("He has paid {0} until % now.", "He has paid {0} until % now."),
        ("Invoice {x} is closed already.", "Rechnung {x} ist schon abgeschlossen."),
    ],
)
def test_a_sentence_with_values_is_said_in_german(english: str, german: str) -> None:
    assert words_of("de")(english) == german


def test_a_step_is_called_by_words_in_english_too() -> None:
    reason = "formal_notice: the policy wants a person to approve this letter"

    assert words_of("en")(reason).startswith("formal notice: the policy")
    assert words_of("en")("my_file: broken") == "my_file: broken"


def test_a_long_text_of_a_person_is_left_alone_at_once() -> None:
    text = "Nothing was sent: step " * 5_000 + "."

    assert words_of("de")(text) == text


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


@pytest.mark.parametrize(
    ("figure", "said"),
    [("-1,234.50", "-1.234,50"), ("80.36", "80,36"), ("7", "7"), ("> 365", "> 365"), ("", "")],
)
def test_a_figure_is_written_as_the_language_does(figure: str, said: str) -> None:
    assert words_of("de").figure(figure) == said
    assert words_of("en").figure(figure) == figure


def test_every_setting_is_explained_in_every_language() -> None:
    told = {info.description for info in Settings.model_fields.values() if info.description}

    assert len(told) > 50
    assert sorted(told - dictionary("de").keys()) == []


def test_every_line_of_a_month_end_is_said_in_every_language() -> None:
    lines = {*LABELS.values(), *UNAPPLIED_LINES.values()}

    assert sorted(lines - dictionary("de").keys()) == []
