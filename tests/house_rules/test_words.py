from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest

from tests.house_rules.tree import files, read

# Written in pieces, so that this file keeps the rules it checks.
_UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
_REGISTRY = re.compile(r"pypi\.|pythonhos" + r"ted\.|npm" + r"js\.|registry\.|://[^\s/]*mirror")
_MACHINE = re.compile(r"(?<![\w.~-])/(root|work|tmp|home/\w+|Users/\w+)/")
_EMPTY_NAMES = {"utils", "helpers", "common", "managers", "services"}
_LOCKS = [path for path in files() if path.endswith(".lock")]
_OWN = "tests/house_rules/test_words.py"
_PICTURES = (".png", ".xlsx")
_TEXTS = [path for path in files() if path != _OWN and not path.endswith(_PICTURES)]


@pytest.mark.parametrize("path", _TEXTS)
def test_a_file_keeps_to_the_words_of_the_house(path: str) -> None:
    assert found_words(read(path)) == []


@pytest.mark.parametrize("path", _LOCKS)
def test_a_lock_names_no_address(path: str) -> None:
    assert "://" not in read(path)


def test_there_are_two_locks() -> None:
    assert _LOCKS == ["requirements-dev.lock", "requirements.lock"]


def test_names_say_what_is_inside() -> None:
    parts = {part.split(".")[0] for path in files() for part in PurePosixPath(path).parts}

    assert parts & _EMPTY_NAMES == set()


@pytest.mark.parametrize(
    "text",
    [
        "# TO" + "DO: later",
        "FIX" + "ME",
        "see https://pypi" + ".org/simple",
        "/ro" + "ot/house",
        '"/tm' + 'p/x"',
    ],
)
def test_what_does_not_belong_is_found(text: str) -> None:
    assert len(found_words(text)) == 1


@pytest.mark.parametrize(
    "text", ["https://desk.example/" + "work/1", "var/tmp/x", "a mastodon", "/workers/"]
)
def test_what_belongs_passes(text: str) -> None:
    assert found_words(text) == []


def found_words(text: str) -> list[str]:
    rules = (_UNFINISHED, _REGISTRY, _MACHINE)
    return [match.group() for rule in rules for match in rule.finditer(text)]
