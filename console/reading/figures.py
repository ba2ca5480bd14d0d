"""Key figures month by month, for charts: every value is the one that `duncan kpis` prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from activities.planning import Planner
from commands.disputes.report import dispute_report
from commands.reports.kpis import kpi_answer
from commands.reports.money import LossMatrix
from dunning.period import Month
from ledger.books import Books
from ledger.report_reading import after

MOST_MONTHS = 12
Row = dict[str, Any]


@dataclass(frozen=True)
class Figures:
    """The key figures of each of some months, the earliest first, and of all of them together."""

    months: Sequence[Month]
    monthly: Sequence[Row]
    whole: Row
    disputes: Row

    @property
    def currencies(self) -> list[str]:
        """Every currency of the period."""
        return [one["currency"] for one in self.whole["currencies"]]

    def of(self, currency: str, path: str) -> list[Decimal | None]:
        """A figure such as ``dso.simple`` in each month; None where there is none."""
        return [_value(_money(one, currency), path) for one in self.monthly]

    def contact(self, path: str) -> list[Decimal | None]:
        """A figure that has no currency, such as ``disputes.cycle_times.count``."""
        return [_value(one, path) for one in self.monthly]


def figures_of(books: Books, planner: Planner, last: Month, count: int) -> Figures:
    """The figures of `count` months up to `last`; what is proven is only printed, never added."""
    months = months_until(last, count)
    first, end = months[0].first, last.last
    matrix = LossMatrix()
    return Figures(
        months,
        [kpi_answer(books, planner, one.first, one.last, matrix) for one in months],
        kpi_answer(books, planner, first, end, matrix),
        dispute_report(books, planner, first, end, after(end)),
    )


def months_until(last: Month, count: int) -> list[Month]:
    """So many months, the last one included."""
    months = [last]
    while len(months) < min(max(count, 1), MOST_MONTHS):
        months.insert(0, months[0].before)
    return months


def month_before(day: date) -> Month:
    """The latest month that is over."""
    return Month.of(day).before


def _money(answer: Row, currency: str) -> Row:
    found = (one for one in answer["currencies"] if one["currency"] == currency)
    return next(found, {})


def _value(found: Any, path: str) -> Decimal | None:  # noqa: ANN401 - JSON has no narrower type
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    try:
        return Decimal(str(found)) if found is not None else None
    except ArithmeticError:
        # A bound such as "> 365" is no number to draw.
        return None
