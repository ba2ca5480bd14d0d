"""Text made comparable: lower case without accents, every character at its own place."""

from __future__ import annotations

import unicodedata

_SHARP_S_AND_LIGATURES = {
    "ß": "s",
    "œ": "o",
    "æ": "a",
    "ø": "o",
    "’": "'",
    "‘": "'",
    "\u00b4": "'",
    "`": "'",
}


class _Folded(dict[int, str]):
    """A translation table that learns each character when it first meets it."""

    def __missing__(self, code: int) -> str:
        written = chr(code)
        base = _SHARP_S_AND_LIGATURES.get(written.lower())
        if base is None:
            base = unicodedata.normalize("NFD", written)[0].lower()[:1]
        if base.isspace() and base != "\n":
            base = " "
        if len(self) < _MOST_REMEMBERED:
            self[code] = base
        return base


_MOST_REMEMBERED = 5_000
_TABLE = _Folded()


def folded(text: str) -> str:
    """The text in lower case, without accents, exactly as long as before."""
    return text.translate(_TABLE)
