from __future__ import annotations

import html
import re
import shutil
from pathlib import Path

import pytest

from activities.letter_templates import LetterError
from activities.letters import Letters
from tests.activities.letter_requests import EVERY_LOCALE, FOLDER, LETTERS, request

_TAG = re.compile(r"\{%-?\s*(\w+)")
_PLAIN_TAGS = {"if", "elif", "else", "endif", "for", "endfor", "include", "extends"}
_LAYOUT_TAGS = {"block", "endblock"}
_BLOCK = re.compile(r'"_blocks/(\w+)/')
_PRINTED = re.compile(r"\{\{(.*?)\}\}")
TEMPLATES = sorted(path for path in FOLDER.rglob("*") if path.is_file())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of two letters, to break."""
    for part in ("_blocks", "firm", "reminder"):
        shutil.copytree(FOLDER / part, tmp_path / "letters" / part)
    return tmp_path / "letters"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_templates_print_finished_words_and_compute_nothing(path: Path) -> None:
    text = path.read_text()

    allowed = _PLAIN_TAGS | (_LAYOUT_TAGS if path.suffix == ".html" else set())
    assert set(_TAG.findall(text)) <= allowed
    for printed in _PRINTED.findall(text):
        assert re.fullmatch(r" [a-z_.]+( or [a-z_.]+)? ", printed)


# What the law of one country asks for is written in its language.
OF_ONE_LANGUAGE = {"nl_fourteen_day"}


@EVERY_LOCALE
def test_every_letter_is_written_in_every_locale_with_the_same_files(locale: str) -> None:
    of_every_country = (one for one in FOLDER.glob("[!_]*") if one.name not in OF_ONE_LANGUAGE)
    for letter in of_every_country:
        english, written = (
            {path.name for path in (letter / folder).iterdir()} for folder in ("en", locale)
        )

        assert written == english
        assert {"subject.txt", "body.txt", "body.html"} <= english


def test_no_text_takes_its_blocks_from_another_language() -> None:
    for path in TEMPLATES:
        locale = path.parent.name
        blocks = set(_BLOCK.findall(path.read_text()))

        assert blocks <= {locale}, path


def test_a_text_part_says_what_its_html_says() -> None:
    for path in FOLDER.glob("[!_]*/*/body.html"):
        sentences = [text for text in _tagless(path.read_text()) if len(text.split()) > 2]
        text = path.with_suffix(".txt").read_text()

        missing = [sentence for sentence in sentences if sentence not in text]
        assert missing == [], path


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ("{{ unheard_of }}", "reminder/de/body.txt, line 1: 'unheard_of' has no value"),
        ("a\n{{ overdue.colour }}", "reminder/de/body.txt, line 2: "),
        ("a\n{% if %}", "reminder/de/body.txt, line 2: Expected an expression"),
        ("{% include '_blocks/de/lost.txt' %}", "the file _blocks/de/lost.txt is missing"),
        ("{{ 1 / 0 }}", "reminder/de/body.txt, line 1: letters have no arithmetic"),
        ("{{ lists.append(1) }}", "reminder/de/body.txt, line 1: "),
        ("{{ ''.__class__.__mro__ }}", "reminder/de/body.txt, line 1: "),
    ],
)
def test_a_broken_template_is_found_by_the_check(folder: Path, broken: str, problem: str) -> None:
    (folder / "reminder" / "de" / "body.txt").write_text(broken)

    problems = Letters(folder).check()

    assert problems
    for found in problems:
        assert found.startswith("The letter reminder (de) cannot be written: ")
        assert problem in found


def test_a_missing_file_is_found_by_the_check(folder: Path) -> None:
    (folder / "firm" / "en" / "body.html").unlink()

    assert Letters(folder).check() == [
        "The letter firm (en) cannot be written: the file firm/en/body.html is missing."
    ]


def test_a_text_too_long_for_sms_is_found_by_the_check(folder: Path) -> None:
    (folder / "reminder" / "en" / "sms.txt").write_text("Please pay. " * 50)

    assert "The SMS of reminder (en) is too long" in Letters(folder).check()[0]


def test_a_folder_without_letters_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LetterError, match="holds no letters"):
        Letters(tmp_path)


def test_a_letter_in_no_language_of_the_reader_is_refused(folder: Path) -> None:
    shutil.rmtree(folder / "firm" / "en")

    with pytest.raises(LetterError, match="firm is not written in it_IT and not in English"):
        Letters(folder).render(request("firm", "it_IT"))


def test_a_new_letter_is_a_new_folder(folder: Path) -> None:
    shutil.copytree(folder / "reminder", folder / "second_reminder")

    assert "4711" in Letters(folder).render(request("second_reminder")).text


def test_a_letter_leaves_its_folder_by_no_path() -> None:
    with pytest.raises(LetterError):
        LETTERS.render(request("../letters/reminder"))


def _tagless(page: str) -> list[str]:
    """The sentences of an HTML template, a line each, with plain spaces."""
    words = html.unescape(re.sub(r"</?(p|strong|li|ul|h1|a)\b[^>]*>", "", page))
    lines = words.replace("\u202f", " ").split("\n")
    return [line for line in lines if not line.startswith(("{%", "<"))]
