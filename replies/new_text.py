"""The words a customer wrote this time, without everything mail programs put around them."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from replies.footers import without_footers
from replies.quoting import History, own_blocks
from replies.signatures import without_signature

_MOST_READ = 100_000
_MOST_LINES = 4_000
_MOST_FORWARDS = 3
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad\x00]")
_BREAKS = re.compile("\r\n|\r|\u2028|\u2029|\x0b|\x0c|\x85")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000\t]")
_BLANK_LINES = re.compile(r"\n{3,}")


def new_text(text: str, channel: Literal["email", "sms"] = "email") -> str:
    """A message without quotes, signatures, mobile footers, disclaimers and our own marker.

    Answers below or between quoted lines stay, and so do the words above a forwarded message; a
    forward without any gives the forwarded body. Empty when the customer wrote nothing.
    Reads the first 100,000 characters and 4,000 lines; the result is in Unicode's composed form.
    """
    clean = _normalised(text[:_MOST_READ])
    if channel == "sms":
        return without_footers(clean)
    return _own_words(clean, _MOST_FORWARDS)


def _own_words(text: str, forwards_left: int) -> str:
    history = own_blocks(text.split("\n")[:_MOST_LINES])
    own = _cleaned(history.blocks)
    if own or not forwards_left:
        return own
    return _of_forwarded(history, forwards_left) or _unsigned_least(history)


def _cleaned(blocks: tuple[str, ...]) -> str:
    unfooted = [without_footers(block) for block in blocks]
    kept = [words for block in unfooted if (words := without_signature(block))]
    return _tidy("\n\n".join(kept))


def _of_forwarded(history: History, forwards_left: int) -> str:
    return _own_words(history.forwarded, forwards_left - 1) if history.forwarded else ""


def _unsigned_least(history: History) -> str:
    """What stands there when a signature was all: rather a few words too many than none."""
    return _tidy("\n\n".join(without_footers(block) for block in history.blocks))


def _normalised(text: str) -> str:
    text = _INVISIBLE.sub("", _BREAKS.sub("\n", text))
    return unicodedata.normalize("NFC", _SPACES.sub(" ", text))


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", lines).strip()
