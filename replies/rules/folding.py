"""Folds letters, so that one pattern finds a word however it was typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

# A comma in a number stays; brackets, quotation marks and stars only set words off.
_BETWEEN_WORDS = re.compile(r",(?!\d)|[()\[\]\"“”„«»*_~]")
_SIGNS = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "\u00b4": "'", "–": "-", "—": "-", "\u00a0": " "}
)
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o"})


def folded(text: str, language: str) -> str:
    """The text in small letters without accents, commas, brackets and apostrophes.

    In French an apostrophe becomes a space, because a word begins after it.
    """
    small = text.translate(_SIGNS).casefold().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFD", small)
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    unmarked = _BETWEEN_WORDS.sub(" ", bare).rstrip(" .:;!\n")
    return " ".join(unmarked.replace("'", " " if language == "fr" else "").split())


def folded_pattern(pattern: str) -> str:
    """A pattern written in the language's spelling, for folded text: `ü` also finds `ue`."""
    german = pattern.replace("ä", "ae?").replace("ö", "oe?").replace("ü", "ue?")
    decomposed = unicodedata.normalize("NFD", german.translate(_LETTERS))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


class Spelling:
    """Mends words that are one slip away from a known word, its last letter excepted."""

    def __init__(self, words: tuple[str, ...], short_forms: Mapping[str, str]) -> None:
        self._short_forms = dict(short_forms)
        self._known = frozenset(words)
        self._shortened: dict[str, list[str]] = {}
        for word in sorted(self._known):
            if len(word) >= _LONG_ENOUGH:
                for form in {word, *_one_letter_less(word)}:
                    self._shortened.setdefault(form, []).append(word)

    def mended(self, text: str) -> str:
        """The folded text with short forms written out and slips put right."""
        return " ".join(self._word(word) for word in text.split(" "))

    def _word(self, typed: str) -> str:
        bare = typed.strip(_AROUND)
        right = self._short_forms.get(bare) or self._closest(bare)
        return typed if right == bare or not bare else typed.replace(bare, right, 1)

    def _closest(self, word: str) -> str:
        if len(word) < _LONG_ENOUGH or word in self._known or not word.isalpha():
            return word
        near = {
            known
            for form in (word, *_one_letter_less(word))
            for known in self._shortened.get(form, ())
            if known[0] == word[0] and _is_one_slip(word, known)
        }
        return min(near, key=lambda known: (abs(len(known) - len(word)), known), default=word)


_AROUND = '.,;:!?()"-*'
_LONG_ENOUGH = 6
_TWO_SWAPPED = 2


@lru_cache(maxsize=4096)
def _one_letter_less(word: str) -> tuple[str, ...]:
    return tuple(word[:place] + word[place + 1 :] for place in range(len(word)))


def _is_one_slip(typed: str, known: str) -> bool:
    if typed[-1] != known[-1]:
        # The last letters carry the tense ("überweise", "überweist"), so they are not guessed.
        return False
    if len(typed) != len(known):
        longer, shorter = sorted((typed, known), key=len, reverse=True)
        return shorter in _one_letter_less(longer)
    wrong = [place for place, (one, two) in enumerate(zip(typed, known, strict=True)) if one != two]
    if len(wrong) == _TWO_SWAPPED and wrong[1] == wrong[0] + 1:
        return typed[wrong[0]] == known[wrong[1]] and typed[wrong[1]] == known[wrong[0]]
    return len(wrong) == 1 and wrong[0] < len(typed) - 2
