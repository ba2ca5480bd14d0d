"""The words of the documents, by language: read once, and complete or refused."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from activities.wording import FALLBACK_LOCALE, Wording, locale_chain, wording_for


class DocumentError(Exception):
    """A document cannot be printed: says why in one sentence."""


@dataclass(frozen=True)
class DocumentWords:
    """The words of one language, by ``section.name``, and the formats of the reader's locale."""

    entries: Mapping[str, str]
    wording: Wording

    def say(self, name: str, **values: str) -> str:
        """The words of this name with the values in their places."""
        return self.entries[name].format(**values)


def read_words(folder: Path) -> dict[str, Mapping[str, str]]:
    """The entries of every ``<locale>.toml`` of the folder, by locale.

    Raises DocumentError on a file that is no TOML, lacks an entry of the English one, has one that
    it has not, or names another value than the English entry does.
    """
    read: dict[str, Mapping[str, str]] = {
        path.stem: _entries(path) for path in sorted(folder.glob("*.toml"))
    }
    if FALLBACK_LOCALE not in read:
        raise DocumentError(f"There is no {FALLBACK_LOCALE}.toml in {folder.name}.")
    for locale, entries in read.items():
        for problem in _differences(read[FALLBACK_LOCALE], entries):
            raise DocumentError(f"The words of documents in {locale}.toml {problem}.")
    return read


def words_for(read: Mapping[str, Mapping[str, str]], locale: str) -> DocumentWords:
    """The words of the nearest locale: "de_AT", then "de", then "en"."""
    nearest = next(step for step in locale_chain(locale) if step in read)
    return DocumentWords(read[nearest], wording_for(locale, nearest))


def _entries(path: Path) -> dict[str, str]:
    try:
        return dict(_flat(tomllib.loads(path.read_text(encoding="utf-8-sig"))))
    except (ValueError, RecursionError) as error:
        raise DocumentError(
            f"The words of documents in {path.name} are no TOML: {error}."
        ) from None


def _flat(table: Mapping[str, object], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", str(value)


def _differences(english: Mapping[str, str], entries: Mapping[str, str]) -> Iterator[str]:
    for name in english.keys() - entries.keys():
        yield f"lack {name}"
    for name in entries.keys() - english.keys():
        yield f"have {name}, which no document uses"
    for name, text in english.items():
        if name in entries and (wrong := _places(name, entries[name]) - _places(name, text)):
            yield f"ask in {name} for {', '.join(sorted(wrong))}, which has no value there"


def _places(name: str, text: str) -> set[str]:
    try:
        return {place for _, place, _, _ in Formatter().parse(text) if place is not None}
    except ValueError as error:
        raise DocumentError(f"The words of {name} cannot be filled: {error}.") from None
