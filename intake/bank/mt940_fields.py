"""The fields of an MT940 file: tag, text and line, free of envelopes and of wrapped words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from intake.rows import UnreadableFile

_LONGEST_LINE = 100_000
_MOST_LINES = 1_000
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
    tag, lines, start = "", list[str](), 0
    within = ""
    for number, line, following in _lines(path, encoding):
        opened = _opened(within, line, following)
        if opened is None:
            lines.append(line)
            if len(lines) > _MOST_LINES:
                raise UnreadableFile(f"{path.name} has a field of over {_MOST_LINES:,} lines.")
            continue
        if tag:
            yield Field(tag, "\n".join(lines).rstrip(), start)
        tag, text = opened
        lines, start = [text], number
        # A bank's own field stands in the head and in the body alike.
        within = within if tag == "NS" else tag
    if tag:
        yield Field(tag, "\n".join(lines).rstrip(), start)


def _lines(path: Path, encoding: str) -> Iterator[tuple[int, str, str]]:
    """Every line with its number and the line after it, without control characters."""
    previous, number = "", 0
    errors = "strict" if encoding.startswith("utf-16") else "replace"
    try:
        with path.open(encoding=encoding, errors=errors) as file:
            for number, line in enumerate(iter(partial(file.readline, _LONGEST_LINE), "")):
                if len(line) >= _LONGEST_LINE:
                    raise UnreadableFile(f"{path.name} has a line beyond any bank's length.")
                cleaned = _CONTROL.sub("", line).rstrip("\n")
                if number:
                    yield number, previous, cleaned
                previous = cleaned
    except UnicodeError:
        raise UnreadableFile(f"{path.name} breaks off in the middle of a character.") from None
    yield number + 1, previous, ""


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
