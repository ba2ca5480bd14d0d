"""A report as a table with what it is about, before it becomes a file or a screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from dunning.money import Money

Cell: TypeAlias = str | int | date | Decimal | None


@dataclass(frozen=True)
class Column:
    """One column: an `amount` is in major units of the row's `currency` column."""

    name: str
    kind: Literal["text", "date", "amount", "number"] = "text"


@dataclass(frozen=True)
class ReportTable:
    """One header row, rows of the columns' kinds, and `control`: what proves that it is complete.

    `control` has as-of date, filters, who asked and the totals; the number of rows is added to it
    when the rows have been written, because they may be a stream, and so is what `summed` answers.
    """

    title: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Cell]]
    control: tuple[tuple[str, Cell], ...]
    summed: Callable[[], Iterable[tuple[str, Cell]]] = tuple


def made_by(table: ReportTable, user: str, made_at: datetime) -> ReportTable:
    """The table with who asked for it and when."""
    made = f"{made_at:%Y-%m-%d %H:%M} UTC"
    told = (("user", user or "not given"), ("made at", made))
    return replace(table, control=(*table.control, *told))


def totals_of(name: str, amounts: Iterable[Money]) -> Iterator[tuple[str, Cell]]:
    """Control totals, one for each currency."""
    for amount in amounts:
        yield f"{name} {amount.currency}", amount.major
