"""A list of the desk as a file: the rows with their filters, the day, and totals a currency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from fastapi import Response

from commands.reports.table import Cell, Column, ReportTable
from console.desk import Desk
from console.table_file import FORMATS, table_file
from dunning.may import NotAllowed

# A file holds as many; whoever has more sets a filter.
MOST_EXPORTED = 50_000


def list_file(
    desk: Desk,
    title: str,
    form: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    filters: Mapping[str, str],
) -> Response:
    """The file. Amounts stand in the column `amount`, in major units of the column `currency`.

    Raises NotAllowed for a form that is none of FORMATS.
    """
    if form not in FORMATS:
        raise NotAllowed(f"A list is a file of these: {', '.join(FORMATS)}.")
    control: list[tuple[str, Cell]] = [("as of", desk.today)]
    control += [(f"filter {name}", value) for name, value in filters.items() if value]
    control += _totals([one.name for one in columns], rows)
    if len(rows) >= MOST_EXPORTED:
        control.append(("left out", f"all after the first {MOST_EXPORTED:,}"))
    table = ReportTable(title, tuple(columns), rows, tuple(control))
    return table_file(desk, table, f"{title.lower().replace(' ', '-')}-{desk.today}", form)


def _totals(names: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[tuple[str, Cell]]:
    """What the amounts come to, one total a currency."""
    if "amount" not in names:
        return []
    amount, currency = names.index("amount"), names.index("currency")
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        value = row[amount]
        if isinstance(value, Decimal):
            found[str(row[currency])] += value
    return [(f"total {name}", total) for name, total in sorted(found.items())]
