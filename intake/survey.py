"""The first pass over a file: how its dates and amounts are written, which keys repeat."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from dunning.money import Money
from intake.amounts import AmountColumn
from intake.dates import DateColumn
from intake.rows import BadCell, Line
from intake.tables import Table, shape_complaint
from intake.texts import identifier


@dataclass(frozen=True)
class Survey:
    """What one look at the whole file proved.

    ``repeats`` counts, by hash, the keys that stand in more than one line: eight bytes a line
    while surveying, next to nothing afterwards.
    """

    dates: dict[str, DateColumn]
    amounts: dict[str, AmountColumn]
    repeats: dict[int, int]

    def day(self, line: Line, field_name: str) -> date:
        """The date in a cell. Raises BadCell, with DATE_MISSING for an empty one."""
        found = self.day_or_none(line, field_name)
        if found is None:
            label = field_name.replace("_", " ")
            raise BadCell(field_name, "DATE_MISSING", f"The {label} is missing.")
        return found

    def day_or_none(self, line: Line, field_name: str) -> date | None:
        """The date in a cell, None for an empty one. Raises BadCell."""
        return self.dates[field_name].read(line.cell(field_name))

    def amount(self, line: Line, currency: str) -> Money:
        """The row's amount. Raises BadCell, with AMOUNT_MISSING for an empty cell."""
        found = self.amount_or_none(line, currency)
        if found is None:
            raise BadCell("amount", "AMOUNT_MISSING", "The amount is missing.")
        return found

    def amount_or_none(self, line: Line, currency: str) -> Money | None:
        """The row's amount, None for an empty cell. Raises BadCell."""
        return self.amounts["amount"].read(line.cell("amount"), currency)


def survey(table: Table) -> Survey:
    """Look at every line once. Raises UnreadableFile when the file breaks off."""
    mapping, kind = table.mapping, table.kind
    dates = {name: DateColumn(name, mapping.date_form) for name in kind.dates}
    amounts = {name: AmountColumn(name, mapping.decimal) for name in kind.amounts}
    columns: list[tuple[str, DateColumn | AmountColumn]] = [*dates.items(), *amounts.items()]
    keys = array("q")
    for line in table.lines():
        if shape_complaint(line, kind):
            continue
        for name, column in columns:
            column.observe(line.own(name))
        if key := key_of(line, kind.key):
            keys.append(hash(key))
    return Survey(dates, amounts, _repeated(keys))


def key_of(line: Line, field_name: str) -> str:
    """The identifier a line is about; empty where it has none or a broken one."""
    try:
        return identifier(line, field_name)
    except BadCell:
        return ""


def _repeated(keys: array[int]) -> dict[int, int]:
    counts = ((key, sum(1 for _ in same)) for key, same in groupby(sorted(keys)))
    return {key: count for key, count in counts if count > 1}
