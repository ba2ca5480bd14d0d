"""Reads the tables of rules and finds which rules a clause meets."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from replies.rules.folding import Spelling, folded, folded_pattern

LANGUAGES = ("en", "de", "fr", "es", "nl")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a clause that meets `when` and not `unless` carries the label."""

    name: str
    label: str
    when: re.Pattern[str]
    unless: re.Pattern[str] | None
    whole_sentence: bool

    def is_met_by(self, text: str) -> bool:
        """Whether this folded text carries the label."""
        return bool(self.when.search(text)) and not (self.unless and self.unless.search(text))


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules of one language."""

    language: str
    rules: tuple[Rule, ...]
    marks: dict[str, re.Pattern[str]]
    spelling: Spelling

    def fold(self, text: str) -> str:
        """The text as the rules of this language want to see it."""
        return self.spelling.mended(folded(text, self.language))

    def is_marked(self, mark: str, text: str) -> bool:
        """Whether folded text bears a mark, such as `conditional`."""
        return bool(self.marks[mark].search(text))

    def place_of(self, mark: str, text: str) -> int | None:
        """Where in folded text a mark begins, or None."""
        found = self.marks[mark].search(text)
        return found.start() if found else None


@cache
def rulebook(language: str) -> Rulebook:
    """The rules of a language: en, de, fr, es or nl."""
    table = tomllib.loads(Path(__file__).with_name(f"{language}.toml").read_text(encoding="utf-8"))
    words: dict[str, str] = {}
    for name, pattern in table["words"].items():
        words[name] = _written_out(pattern, words)
    spelling = Spelling(
        tuple(folded(word, "") for word in table["spelling"].split()),
        {
            folded(short, language): folded(long, language)
            for short, long in table["short_forms"].items()
        },
    )
    marks = {name: _compiled(pattern, words) for name, pattern in table["marks"].items()}
    rules = tuple(_rule(language, one, words) for one in table["rule"])
    return Rulebook(language, rules, marks, spelling)


def _rule(language: str, row: dict[str, Any], words: dict[str, str]) -> Rule:
    unless = row.get("unless", [])
    return Rule(
        f"{language}.{row['name']}",
        row["label"],
        _compiled("|".join(f"(?:{one})" for one in row["when"]), words),
        _compiled("|".join(f"(?:{one})" for one in unless), words) if unless else None,
        row.get("scope") == "sentence",
    )


def _written_out(pattern: str, words: dict[str, str]) -> str:
    return re.sub(r"\{([a-z_]+)\}", lambda found: f"(?:{words[found[1]]})", pattern)


def _compiled(pattern: str, words: dict[str, str]) -> re.Pattern[str]:
    # Between two words of a pattern may stand whatever has no space in it: "(12,400.00)" too.
    written = _written_out(pattern, words).replace(r"\w+ )", r"\S+ )").replace(r"( \w+", r"( \S+")
    return re.compile(folded_pattern(written))
