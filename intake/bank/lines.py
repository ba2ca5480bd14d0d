"""Lines of a bank's text file, with bounds no bank reaches."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from intake.rows import UnreadableFile

_LONGEST_LINE = 20_000


def lines(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """Every line without its end, numbered from 1; bytes that are no text become one sign each.

    Raises UnreadableFile for a line without an end, and where the last character is cut off.
    """
    errors = "strict" if encoding.startswith("utf-16") else "replace"
    try:
        with path.open(encoding=encoding, errors=errors) as file:
            for number, line in enumerate(iter(partial(file.readline, _LONGEST_LINE), ""), 1):
                if len(line) >= _LONGEST_LINE:
                    reason = f"its line {number} is longer than a bank writes"
                    raise UnreadableFile(f"{path.name} is not read: {reason}.")
                yield number, line.rstrip("\n")
    except UnicodeError:
        reason = "it breaks off in the middle of a character"
        raise UnreadableFile(f"{path.name} is half-written: {reason}. Fetch it again.") from None
