"""Sentences with values in them, such as refusals and reasons, said in another language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_PLACE = re.compile(r"\{\d\}")
_LETTER = re.compile(r"[^\W\d_]")
# What says less by itself than so many letters might as well be a person's own words.
LEAST_LETTERS = 6
# Longer texts are notes and messages, which stay as people wrote them.
LONGEST = 1_000


@dataclass(frozen=True)
class Sentence:
    """One sentence: what stands between its values, and how the other language says it."""

    parts: Sequence[str]
    said: str

    @property
    def letters(self) -> int:
        """How much of it is the sentence's own."""
        return sum(len(_LETTER.findall(part)) for part in self.parts)

    @property
    def goes_on(self) -> bool:
        """Whether it is only ever said after something else."""
        return self.parts[0][:1] in (",", ";", " ")

    def values_in(self, text: str) -> list[str] | None:
        """The values, where the text is this sentence; each ends where the next part begins."""
        first, *others = self.parts
        if not text.startswith(first):
            return None
        found, at = [], len(first)
        for part in others[:-1]:
            until = text.find(part, at) if part else at
            if until < 0:
                return None
            found.append(text[at:until])
            at = until + len(part)
        end = len(text) - len(others[-1])
        if end < at or not text.endswith(others[-1]):
            return None
        return [*found, text[at:end]]


def said(language: str, text: str, value: Callable[[str], str]) -> str | None:
    """The sentence in the language with every `value` as it is said there; None for no sentence."""
    if len(text) > LONGEST:
        return None
    for one in _in_the_order_of_size(language):
        found = one.values_in(text)
        if found is not None:
            return one.said.format(*map(value, found))
    return None


def sentences_of(language: str) -> Mapping[str, str]:
    """The English sentences, their places numbered, and what they are in the language."""
    file = _FOLDER / f"{language}_sentences.toml"
    found = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    return {english: german for part in found.values() for english, german in part.items()}


@cache
def _in_the_order_of_size(language: str) -> Sequence[Sentence]:
    """The sentences with values, the one that says most first: it is the likeliest."""
    found = [
        Sentence(_PLACE.split(english), german)
        for english, german in sentences_of(language).items()
        if _PLACE.search(english)
    ]
    telling = (one for one in found if one.letters >= LEAST_LETTERS or one.goes_on)
    return sorted(telling, key=lambda one: -one.letters)
