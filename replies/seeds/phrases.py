"""Reads the seed phrases and writes out their alternatives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from zlib import crc32

from replies.intents_law import INTENTS


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something a customer may write, and what it says."""

    intents: tuple[str, ...]
    text: str


def phrases() -> tuple[Phrase, ...]:
    """All phrases of all languages, in a fixed order.

    A line of a seed file is its intents, a colon and words in which `[a|b]` stands for a or b.
    """
    found = [
        phrase
        for file in sorted(Path(__file__).parent.glob("*.txt"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
        for phrase in written_out(line)
    ]
    return tuple(dict.fromkeys(found))


def written_out(line: str) -> list[Phrase]:
    """Some of the phrases a line stands for, chosen the same way each time."""
    head, _, words = line.partition(":")
    intents = tuple(head.split())
    assert intents, f"a seed names no intent: {line!r}"
    assert set(intents) <= set(INTENTS), f"a seed names an unknown intent: {line!r}"
    parts = [part.strip("[]").split("|") for part in re.findall(r"\[[^\]]*\]|[^\[]+", words)]
    texts = [" ".join("".join(choice).split()) for choice in islice(product(*parts), _MOST_MADE)]
    texts.sort(key=lambda text: crc32(text.encode()))
    return [Phrase(intents, text) for text in texts[:_MOST_KEPT]]


_MOST_MADE = 4_000
_MOST_KEPT = 12
