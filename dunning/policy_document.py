"""Reading a TOML document key by key: every value is checked and every problem is noted."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from dunning.policy_problems import InvalidPolicy, Problem, meant

T = TypeVar("T")
Word = TypeVar("Word", bound=str)

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class Section:
    """One table of a document: its keys are asked for by name, and what nobody asks for is wrong.

    A reader never raises. It notes a problem and answers with an empty value, so that one look at
    a file finds everything; `finish` raises. Sections of a list count from 1.
    """

    def __init__(self, above: Section | str, values: Mapping[str, object], path: str = "") -> None:
        self.file: str = above if isinstance(above, str) else above.file
        self.problems: list[Problem] = [] if isinstance(above, str) else above.problems
        self._values = values
        self._path = path
        self._asked: list[str] = []
        self._below: list[Section] = []
        self._misplaced: Mapping[str, str] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def path(self, key: str) -> str:
        """The key as people find it in the file: ``step[3].letter``."""
        return f"{self._path}.{key}" if self._path else key

    def refuse(self, key: str, reason: str) -> None:
        """Note a problem with a key of this section."""
        self.problems.append(Problem(self.file, self.path(key), reason))

    def is_refused(self, key: str) -> bool:
        """Whether a problem with the key was noted."""
        return any(problem.key == self.path(key) for problem in self.problems)

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without a default it may be neither missing nor empty."""
        value = self._take(key, str, default, "a text in quotes").strip()
        if default is None and not value and not self.is_refused(key):
            self.refuse(key, "is empty")
        return value

    def name(self, key: str) -> str:
        """A name that other files and facts refer to: small letters, digits and underscores."""
        name = self.text(key)
        if not _NAME.fullmatch(name) and not self.is_refused(key):
            self.refuse(key, f'"{name}" is no name: use small letters, digits and underscores')
        return name

    def names(self, key: str, default: Sequence[str]) -> tuple[str, ...]:
        """A list of names, each of them once."""
        found = self._take(key, list, list(default), "a list of names")
        for number, name in enumerate(found, start=1):
            if not isinstance(name, str) or not _NAME.fullmatch(name) or found.count(name) > 1:
                self.refuse(f"{key}[{number}]", f"{_shown(name)} is no name, or is there twice")
        return tuple(map(str, found))

    def choice(self, key: str, choices: Sequence[Word], default: Word | None = None) -> Word:
        """One word of a closed list."""
        word = self.text(key, default)
        if word not in choices and not self.is_refused(key):
            listed = ", ".join(one for one in choices if one)
            self.refuse(key, f'"{word}" is not one of {listed}{meant(word, choices)}')
        return next((one for one in choices if one == word), choices[0])

    def whole(self, key: str, default: int | None = None, least: int = 0, most: int = 3660) -> int:
        """A whole number from `least` to `most`."""
        needed = f"a whole number from {least} to {most}"
        number = self._take(key, int, default, needed)
        if not least <= number <= most and not self.is_refused(key):
            self.refuse(key, f"{number} is not {needed}")
        return number

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false; the default where the file says nothing."""
        return self._take(key, bool, default=default, needed="true or false")

    def amount(self, key: str, default: str | None = None) -> Decimal:
        """An amount in major units, written in quotes so that no digit gets lost."""
        needed = 'an amount in quotes, such as "25.00"'
        written = self._take(key, str, default, needed)
        if self.is_refused(key):
            return Decimal(0)
        try:
            amount = Decimal(written)
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or amount < 0:
            self.refuse(key, f'"{written}" is not {needed}')
            return Decimal(0)
        return amount

    def clock(self, key: str) -> time:
        """A time of the day, ``09:00``."""
        written = self.text(key)
        if _CLOCK.fullmatch(written):
            return time.fromisoformat(written)
        if not self.is_refused(key):
            self.refuse(key, f'"{written}" is not a time from "00:00" to "23:59"')
        return time(0)

    def section(self, key: str) -> Section:
        """The table under a key; one that is missing reads as empty."""
        return self._add(key, self._values.get(key, {}))

    def sections(self, key: str) -> list[Section]:
        """The list of tables under a key; one that is missing reads as empty."""
        values = self._values.get(key, [])
        self._asked.append(key)
        if not isinstance(values, list):
            self.refuse(key, "is not a list")
            return []
        return [self._add(f"{key}[{number}]", one) for number, one in enumerate(values, start=1)]

    def explain(self, keys: Mapping[str, str]) -> None:
        """Say why these keys do not belong here, should the file have them."""
        self._misplaced = keys

    def pass_over(self) -> None:
        """Ask for nothing more: what the section means is unknown, so all its keys may stand."""
        self._asked.extend(self._values)

    def finish(self) -> None:
        """Raise InvalidPolicy with every problem noted, unknown keys among them."""
        self.refuse_unknown()
        if self.problems:
            raise InvalidPolicy(self.problems)

    def refuse_unknown(self) -> None:
        """Note every key nobody asked for, here and in the sections below."""
        for key in self._values:
            if key not in self._asked:
                why = self._misplaced.get(key) or f"unknown key{meant(key, self._asked)}"
                self.refuse(key, why)
        for below in self._below:
            below.refuse_unknown()

    def _take(self, key: str, kind: type[T], default: T | None, needed: str) -> T:
        self._asked.append(key)
        value = self._values.get(key, default)
        if value is None:
            self.refuse(key, f"is missing: it needs {needed}")
        elif type(value) is not kind:
            self.refuse(key, f"{_shown(value)} is not {needed}")
        else:
            return value
        return kind()

    def _add(self, key: str, values: object) -> Section:
        self._asked.append(key)
        if not isinstance(values, dict):
            self.refuse(key, f"{_shown(values)} is not a table of keys and values")
        below = Section(self, values if isinstance(values, dict) else {}, self.path(key))
        self._below.append(below)
        return below


def read_document(text: str, file: str) -> Section:
    """The document of a TOML text; raises InvalidPolicy when it is not TOML at all."""
    try:
        # What cannot be written out, such as a number of 5,000 digits, could not be complained of.
        str(values := tomllib.loads(text))
    except (ValueError, RecursionError) as error:
        raise InvalidPolicy([Problem(file, "", f"is not valid TOML: {error}")]) from error
    return Section(file, values)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
