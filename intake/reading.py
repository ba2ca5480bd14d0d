"""A reading: the good rows of a file, the refused ones, and what the whole file adds up to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from dunning.money import Money
from intake.files import Limits
from intake.kinds import EVENTS, Kind
from intake.mapping import Mapping
from intake.opening import open_table
from intake.rows import BadCell, Line, Rejected
from intake.survey import Survey, survey
from intake.tables import Table, shape_complaint

Row = TypeVar("Row")
Row_co = TypeVar("Row_co", covariant=True)


class RowReader(Protocol[Row_co]):
    """Turns lines into rows of one kind; raises BadCell for a line it cannot accept."""

    @property
    def duplicates(self) -> int:
        """How many identical rows were left out so far."""

    def take(self, line: Line) -> Iterable[Row_co | Rejected]:
        """The rows this line completes: none for a repetition, one as a rule."""

    def warnings(self) -> list[str]:
        """What people should know once every line was taken."""


class Reading(Generic[Row]):
    """Iterate it: rows and ``Rejected`` stream in file order.

    Afterwards ``rows`` counts the lines read, ``accepted`` the rows given, ``duplicates`` the
    identical rows left out, ``skipped`` those that mean nothing yet, ``rejected`` the refused;
    ``totals`` sums accepted amounts by currency; ``warnings`` says what people should know.
    Iterating again starts anew.
    """

    def __init__(self, table: Table, reader: Callable[[Survey], RowReader[Row]]) -> None:
        self.mapping = table.mapping
        self._table = table
        self._survey = survey(table)
        self._reader = reader
        self._begin()

    def __iter__(self) -> Iterator[Row | Rejected]:
        self._begin()
        reader = self._reader(self._survey)
        for line in self._table.lines():
            self.rows += 1
            for row in self._outcome(line, reader):
                self._count(row)
                yield row
        self.duplicates = reader.duplicates
        self.warnings += [*reader.warnings(), *self._closing_remarks()]

    def _begin(self) -> None:
        self.rows = self.accepted = self.rejected = self.duplicates = self.skipped = 0
        self.totals: dict[str, Money] = {}
        self.warnings = list(self._table.warnings)

    def _outcome(self, line: Line, reader: RowReader[Row]) -> Iterator[Row | Rejected]:
        kind = self._table.kind
        if complaint := shape_complaint(line, kind):
            yield line.rejected(complaint)
            return
        needed = self.mapping.skip_blank.get(kind.name)
        if needed and line.own(needed) == "":
            self.skipped += 1
            return
        try:
            yield from reader.take(line)
        except BadCell as bad:
            yield line.rejected(bad)

    def _count(self, row: Row | Rejected) -> None:
        if isinstance(row, Rejected):
            self.rejected += 1
            return
        self.accepted += 1
        amount = getattr(row, "amount", None)
        # Promised and disputed amounts have no meaningful sum.
        if isinstance(amount, Money) and self._table.kind is not EVENTS:
            so_far = self.totals.get(amount.currency, Money.zero(amount.currency))
            self.totals[amount.currency] = so_far + amount

    def _closing_remarks(self) -> Iterator[str]:
        if not self.rows:
            yield "The file has a header but no rows."
        if self.skipped:
            needed = self.mapping.skip_blank[self._table.kind.name]
            column = self._table.headings.of(needed)
            yield f"Rows left out because they have no {column} yet: {self.skipped}."


def open_reading(
    path: str | Path,
    mapping: Mapping | None,
    kind: Kind,
    reader: Callable[[Survey], RowReader[Row]],
    limits: Limits | None,
) -> Reading[Row]:
    """Open and survey a file of one kind. Raises UnreadableFile."""
    return Reading(open_table(Path(path), mapping, kind, limits or Limits()), reader)
