"""What was typed into a form: read field by field, with every problem beside its field."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated

from fastapi import Depends, Request

from dunning.may import NotAllowed

_FORM = re.compile(r"[0-9a-f]{32}")
# What a form carries besides what people type.
FORM, NAME, SEEN, PAGE = "form", "do", "seen", "here"
MOST_FIELDS = 1000
LONGEST_FIELD_BYTES = 2_000_000
LONGEST_TEXT = 4_000


class FieldProblems(NotAllowed):
    """Some fields cannot be read; the form knows which, and why."""


@dataclass(frozen=True)
class Typed:
    """A form as it was sent, by the name of its fields; `name` is what it does."""

    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    sentence: str = ""

    @property
    def form(self) -> str:
        """The number of the form, by which it acts once. Raises NotAllowed."""
        found = self.values.get(FORM, "")
        if not _FORM.fullmatch(found):
            raise NotAllowed("This form is not one of the desk's own: open the page again.")
        return found

    @property
    def seen(self) -> int | None:
        """The number of the newest fact the person had seen, where the form says it."""
        found = self.values.get(SEEN, "")
        return int(found) if found.isascii() and found.isdigit() else None

    def value(self, dialog: str, name: str, default: object = "") -> str:
        """What stands in a field: what was typed when it is this form that is shown again."""
        return self.values.get(name, str(default)) if self.name == dialog else str(default)

    def problem(self, dialog: str, name: str) -> str:
        """What is wrong with a field of this form."""
        return self.problems.get(name, "") if self.name == dialog else ""

    def text(self, name: str, *, required: bool = False, longest: int = LONGEST_TEXT) -> str:
        """A text without the blanks around it."""
        found = self.values.get(name, "").strip().replace("\r\n", "\n")
        if required and not found:
            self.problems[name] = "This is needed."
        if len(found) > longest:
            self.problems[name] = (
                f"This is too long: {len(found):,} characters; at most {longest:,} are kept."
            )
        if "\0" in found:
            self.problems[name] = "This holds a character that cannot be kept."
        return found

    def choice(self, name: str, choices: Collection[str]) -> str:
        """One of the choices."""
        found = self.values.get(name, "")
        if found not in choices:
            self.problems[name] = "Choose one of these."
        return found

    def day(self, name: str, *, required: bool = False) -> date | None:
        """A day, written as browsers send it."""
        found = self.text(name, required=required, longest=40)
        try:
            return date.fromisoformat(found) if found else None
        except ValueError:
            self.problems.setdefault(name, "This is no date; write it as 2026-03-31.")
            return None

    def amount(self, name: str, *, required: bool = False) -> Decimal | None:
        """An amount in major units."""
        found = self.text(name, required=required, longest=40).replace(" ", "")
        try:
            value = Decimal(found) if found else None
        except InvalidOperation:
            value = Decimal("NaN")
        if value is not None and (not value.is_finite() or value <= 0):
            self.problems.setdefault(name, "This is no amount; write it as 1250.00.")
            return None
        return value

    def check(self) -> None:
        """Raises FieldProblems when a field that was read cannot be used."""
        if self.problems:
            raise FieldProblems("Something is missing or cannot be read; see beside the fields.")


async def typed_of(request: Request) -> Typed:
    """The form of a request. Raises NotAllowed when it is none, or holds more than a form does."""
    form = await request.form(max_fields=MOST_FIELDS, max_part_size=LONGEST_FIELD_BYTES)
    lists: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            lists.setdefault(name, []).append(value)
    values = {name: several[-1] for name, several in lists.items()}
    return Typed(values.get(NAME, ""), values, lists)


TheForm = Annotated[Typed, Depends(typed_of)]
