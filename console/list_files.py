"""A list of the desk as a file: the rows with their filters, the day, and totals a currency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from fastapi import Response

from commands.reports.table import Cell, Column, ReportTable
from console.desk import Desk
from console.table_file import FORMATS, table_file
from dunning.may import NotAllowed


def list_file(
    desk: Desk,
    title: str,
    form: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    filters: Mapping[str, str],
) -> Response:
    """The file, whole however long the list is: its rows are read as they are written.

    Amounts stand in the column `amount`, in major units of the column `currency`. Raises
    NotAllowed for a form that is none of FORMATS.
    """
    if form not in FORMATS:
        raise NotAllowed(f"A list is a file of these: {', '.join(FORMATS)}.")
    control: list[tuple[str, Cell]] = [("as of", desk.today)]
    control += [(f"filter {name}", value) for name, value in filters.items() if value]
    totals = _Totals([one.name for one in columns])
    table = ReportTable(title, tuple(columns), totals.passing(rows), tuple(control), totals.found)
    return table_file(desk, table, f"{title.lower().replace(' ', '-')}-{desk.today}", form)


class _Totals:
    """What the amounts of rows come to, one total a currency, summed while they pass."""

    def __init__(self, names: Sequence[str]) -> None:
        self._sums: dict[str, Decimal] = defaultdict(Decimal)
        has_amounts = "amount" in names
        self._places = (names.index("amount"), names.index("currency")) if has_amounts else None

    def passing(self, rows: Iterable[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
        """The same rows."""
        for row in rows:
            if self._places:
                amount, currency = (row[place] for place in self._places)
                if isinstance(amount, Decimal):
                    self._sums[str(currency)] += amount
            yield row

    def found(self) -> list[tuple[str, Cell]]:
        """The totals of what has passed."""
        return [(f"total {name}", total) for name, total in sorted(self._sums.items())]
