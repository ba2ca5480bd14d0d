"""The short runs of letters and the words that the model looks at, as numbers of buckets."""

from __future__ import annotations

import re
from itertools import pairwise
from zlib import crc32

from replies.rules.folding import folded

BUCKETS = 1 << 14
_MOST_READ = 600


def features(text: str) -> tuple[int, ...]:
    """The buckets of a text's runs of three to five letters, its words and its pairs of words.

    Digits count as one sign, so that no amount or date is learnt by heart; each bucket stands once.
    """
    words = re.findall(r"[a-z]+|0|[?!€$£%@]", re.sub(r"\d+", " 0 ", folded(text[:_MOST_READ], "")))
    marked = [f"<{word}>" for word in words]
    runs = {
        word[place : place + length]
        for word in marked
        for length in _LENGTHS
        for place in range(len(word) - length + 1)
    }
    pairs = {f"{one} {two}" for one, two in pairwise(marked)}
    return tuple(sorted({crc32(run.encode()) % BUCKETS for run in {*runs, *pairs, *marked}}))


_LENGTHS = (3, 4, 5)
