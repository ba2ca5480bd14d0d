"""Rows that stand in a file twice, and customer numbers that lost their leading zeros."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from intake.rows import BadCell
from intake.survey import Survey

_MOST_NAMED = 20
Row = TypeVar("Row", bound=Any)


@dataclass
class Repetitions(Generic[Row]):
    """Tells a repeated row from a contradicting one; remembers only keys the survey saw twice."""

    survey: Survey
    field_name: str
    count: int = 0
    _first: dict[str, Row] = field(default_factory=dict)
    _named: list[str] = field(default_factory=list)

    def is_repeated(self, key: str, row: Row) -> bool:
        """Whether an identical row came before. Raises BadCell with DUPLICATE_CONFLICT."""
        if hash(key) not in self.survey.repeats:
            return False
        first = self._first.setdefault(key, row)
        if first is row:
            return False
        if replace(first, row=row.row) != row:
            reason = f"Row {first.row} gives {key} too, with other values; only one can be right."
            raise BadCell(self.field_name, "DUPLICATE_CONFLICT", reason)
        self.count += 1
        if len(self._named) < _MOST_NAMED:
            self._named.append(f"{key} (row {row.row})")
        return True

    def warnings(self) -> list[str]:
        """One sentence naming the identical rows left out, if any."""
        if not self.count:
            return []
        named = ", ".join(self._named) + (" …" if self.count > len(self._named) else "")
        return [f"Identical rows left out: {self.count}: {named}."]


@dataclass
class NumberForms:
    """Notices customer numbers that occur with and without leading zeros; merges nothing."""

    _forms: dict[str, str] = field(default_factory=dict)
    _pairs: dict[str, str] = field(default_factory=dict)

    def note(self, number: str) -> None:
        """Take down one customer number."""
        first = self._forms.setdefault(number.lstrip("0"), number)
        if first != number:
            self._pairs[first] = number

    def warnings(self) -> list[str]:
        """One sentence naming the pairs, if any."""
        if not self._pairs:
            return []
        pairs = [f"{one} and {other}" for one, other in self._pairs.items()]
        named = ", ".join(pairs[:_MOST_NAMED]) + (" …" if len(pairs) > _MOST_NAMED else "")
        apart = f"Customers with and without leading zeros, kept apart: {len(pairs)}: {named}."
        return [f"{apart} If they are the same, mend the export."]
