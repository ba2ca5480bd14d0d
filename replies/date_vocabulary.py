"""What one language brings to the grammar of dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Vocabulary:
    """Folded words: months and weekdays in groups between semicolons, numbers as ``word=number``.

    `short_weekdays` are abbreviations that are also other words, so that they need a preposition.
    `signs` maps a sign of the grammar, some with a value (``e=month``), to its words.
    """

    months: str
    weekdays: str
    short_weekdays: str
    numbers: str
    ordinals: str
    signs: Mapping[str, str]
