"""The fields of an MT940 file: tag, text and line, free of envelopes and of wrapped words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from intake.bank.lines import lines
from intake.rows import UnreadableFile

_MOST_LINES = 200
_TAG = re.compile(r":(20|21|25P?|28C?|60[FM]|61|62[FM]|64|65|86|13D?|34F|90[CD]|NS):(.*)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# Tags that open and head a statement; inside it, such a line is words a bank has wrapped there.
_HEAD = frozenset("20 21 25 25P 28 28C 13 13D 34F 60F 60M".split())
_BODY = frozenset("61 86".split())
_NEXT_OF_20 = (":21:", ":25:", ":25P:", ":28:", ":28C:", ":13D:")


class Field(NamedTuple):
    """One field: its lines joined by line feeds, and the line of the file it begins in.

    The tag ``end`` stands for the end of a statement.
    """

    tag: str
    text: str
    line: int


def fields(path: Path, encoding: str) -> Iterator[Field]:
    """Every field in order. Raises UnreadableFile for a field beyond any bank's length."""
    tag, said, start = "", list[str](), 0
    within = ""
    for number, line, following in _with_next(path, encoding):
        opened = _opened(within, line, following)
        if opened is None:
            said.append(line)
            if len(said) > _MOST_LINES:
                raise UnreadableFile(f"{path.name} has a field of over {_MOST_LINES} lines.")
            continue
        if tag:
            yield Field(tag, "\n".join(said).rstrip(), start)
        tag, text = opened
        said, start = [text], number
        # A bank's own field stands in the head and in the body alike.
        within = within if tag == "NS" else tag
    if tag:
        yield Field(tag, "\n".join(said).rstrip(), start)


def _with_next(path: Path, encoding: str) -> Iterator[tuple[int, str, str]]:
    """Every line with its number and the line after it, without control characters."""
    previous, last = "", 0
    for number, line in lines(path, encoding):
        cleaned = _CONTROL.sub("", line)
        if last:
            yield last, previous, cleaned
        previous, last = cleaned, number
    yield last, previous, ""


def _opened(tag: str, line: str, following: str) -> tuple[str, str] | None:
    """Tag and text of the field this line opens; None for a line that goes on with the last."""
    if line.startswith("{"):
        inner = line.partition("{4:")[2]
        return _opened("", inner, following) if inner else ("end", "")
    if line.rstrip() == "-" or line.startswith("-}"):
        return "end", ""
    found = _TAG.match(line)
    if found is None:
        return None if tag else ("", "")
    if tag in _BODY and found[1] in _HEAD and not _begins_statement(found[1], following):
        return None
    return found[1], found[2]


def _begins_statement(tag: str, following: str) -> bool:
    """Whether a line that looks like a head does open a statement, to judge by the next line."""
    return tag == "20" and following.startswith(_NEXT_OF_20)
