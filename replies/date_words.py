"""The words of dates: what each means to the grammar of dates, in five languages.

Words stand folded (lower case, no accents); an underscore joins the words of a phrase.
The signs are those of `date_tokens`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from replies import date_words_de, date_words_en, date_words_es, date_words_fr, date_words_nl
from replies.date_spelling import misspellings
from replies.date_vocabulary import Vocabulary

# Written in letters of every country.
_EVERYWHERE = {
    "J": "eod eob cob close_of_business close_of_play",
    "e=week": "eow",
    "e=month": "eom",
    "e=quarter": "eoq",
    "e=year": "eoy",
    "l": "kw cw",
    "V": "asap",
}
_PHRASE_WORDS_MOST = 5

Meaning = tuple[str, int | str]


@dataclass(frozen=True)
class Lexicon:
    """Every word and phrase of a language with its sign and value."""

    words: Mapping[str, Meaning]
    starts: frozenset[str] = field(default_factory=frozenset)

    def longest(self, words: list[str]) -> tuple[int, Meaning] | None:
        """How many of the next words make one known phrase, and what it means."""
        most = min(len(words), _PHRASE_WORDS_MOST) if words[0] in self.starts else 1
        for count in range(most, 0, -1):
            meaning = self.words.get("_".join(words[:count]))
            if meaning:
                return count, meaning
        return None


def lexicon(language: str) -> Lexicon:
    """The lexicon of ``en``, ``de``, ``fr``, ``es`` or ``nl``."""
    return _LEXICONS[language]


def _read(vocabulary: Vocabulary) -> Lexicon:
    words: dict[str, Meaning] = {}
    for key, entries in (*_EVERYWHERE.items(), *vocabulary.signs.items()):
        sign, _, value = key.partition("=")
        words.update(dict.fromkeys(entries.split(), (sign, _number_or_word(value))))
    for sign, entries in (("#", vocabulary.numbers), ("o", vocabulary.ordinals)):
        for entry in entries.split():
            word, _, value = entry.partition("=")
            words[word] = (sign, int(value))
    for sign, groups, first in (
        ("s", vocabulary.short_weekdays, 0),
        ("w", vocabulary.weekdays, 0),
        ("m", vocabulary.months, 1),
    ):
        for number, group in enumerate(groups.split(";"), first):
            words.update(dict.fromkeys(group.split(), (sign, number)))
    words = misspellings(words) | words
    return Lexicon(words, frozenset(word.split("_")[0] for word in words if "_" in word))


def _number_or_word(value: str) -> int | str:
    return int(value or 0) if value.isdigit() or not value else value


_LEXICONS = {
    "en": _read(date_words_en.VOCABULARY),
    "de": _read(date_words_de.VOCABULARY),
    "fr": _read(date_words_fr.VOCABULARY),
    "es": _read(date_words_es.VOCABULARY),
    "nl": _read(date_words_nl.VOCABULARY),
}
