"""Slips of the finger in the names of days and months."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import ascii_lowercase

_SHORTEST = 7
# Words of their own, one letter away from a name.
_OTHER_WORDS = frozenset(
    "sundry remember member montage demander samedis martens vernes mondays".split()
)


def misspellings(
    words: Mapping[str, tuple[str, int | str]],
) -> dict[str, tuple[str, int | str]]:
    """One-letter slips (left out, added, wrong, swapped) of long names, with their meanings."""
    found: dict[str, tuple[str, int | str]] = {}
    for word, meaning in words.items():
        if meaning[0] in {"w", "m"} and len(word) >= _SHORTEST and "_" not in word:
            found.update(dict.fromkeys(_slips(word), meaning))
    return {slip: meaning for slip, meaning in found.items() if slip not in _OTHER_WORDS}


def _slips(word: str) -> Iterable[str]:
    # The first letter is rarely wrong, and keeping it keeps other words apart.
    for place in range(1, len(word) + 1):
        head, tail = word[:place], word[place:]
        yield from (head + letter + tail for letter in ascii_lowercase)
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in ascii_lowercase)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
