"""What is wrong with the files of the policies folder, in sentences for those who write them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: in which file, at which key (``step[3].letter``), and why."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.key, self.reason) if part)


class InvalidPolicy(Exception):  # noqa: N818 - the file is wrong; the program is not
    """Files of the policies folder are wrong; `problems` holds all that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def meant(word: str, known: Iterable[str]) -> str:
    """A hint at the known word that looks most like this one, or nothing."""
    guesses = difflib.get_close_matches(word, list(known), n=1)
    return f'; did you mean "{guesses[0]}"?' if guesses else ""
