"""Where in a document a problem stands, so that it is said beside the line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dunning.policy_problems import Problem

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?")
_KEY = re.compile(r"""\s*"?([\w.-]+)"?\s*=""")
_LINE = re.compile(r"\bline (\d+)", re.IGNORECASE)


def notes_of(text: str, path: str, problems: Sequence[Problem]) -> dict[int, list[str]]:
    """What is wrong by line, counted from 1; 0 has what is about other files or the whole."""
    name = path.rpartition("/")[2]
    found: dict[int, list[str]] = {}
    for one in problems:
        mine = one.file == name
        line = line_of(text, one.key, one.reason) if mine else 0
        said = ": ".join(part for part in ("" if mine else one.file, one.key, one.reason) if part)
        found.setdefault(line, []).append(said)
    return found


def notes_of_sentence(text: str, sentence: str) -> dict[int, list[str]]:
    """The same for a refusal in words, which may name a line or the version's number."""
    if sentence.startswith("Raise the version number"):
        return {line_of(text, "version", ""): [sentence]}
    named = _LINE.search(sentence)
    line = int(named.group(1)) if named else 0
    return {line if line <= text.count("\n") + 1 else 0: [sentence]}


def line_of(text: str, key: str, reason: str) -> int:
    """The line that a key such as ``step[3].letter`` stands in, or its table; 0 without one."""
    named = _LINE.search(reason)
    if not key:
        return int(named.group(1)) if named else 0
    places = _places(text)
    parts = key.split(".")
    while parts:
        for place, line in places:
            if place == ".".join(parts):
                return line
        parts.pop()
    return 0


def _places(text: str) -> list[tuple[str, int]]:
    """Every key with its tables, ``[[step]]`` counted from 1, and the line it stands in."""
    table, found = "", []
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        header, pair = _HEADER.match(line), _KEY.match(line)
        if header and line.lstrip().startswith("["):
            table = header.group(2)
            if header.group(1) == "[[":
                counts[table] = counts.get(table, 0) + 1
                table = f"{table}[{counts[table]}]"
            found.append((table, number))
        elif pair:
            found.append((f"{table}.{pair.group(1)}" if table else pair.group(1), number))
    return found
