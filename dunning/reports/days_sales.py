"""Days sales outstanding and how well overdue money is collected (CRF, the usual definitions).

Amounts are minor units of one currency. Results are days or per cent, rounded half up to two
decimals where they are printed; None means that there is nothing to divide by.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dunning.reports.rounding import percent, rounded, share


@dataclass(frozen=True)
class Month:
    """Credit sales of one month and its days; of the latest one as many as have passed."""

    sales: int
    days: int


@dataclass(frozen=True)
class CountBack:
    """Days counted back; with `exceeds`, all known sales are used up: more than so many days."""

    days: Decimal
    exceeds: bool = False


def dso_simple(ending: int, sales: int, days: int) -> Decimal | None:
    """Days sales outstanding: ending receivables ÷ credit sales of the period × its days."""
    return _days(ending, sales, days)


def best_possible_dso(ending_current: int, sales: int, days: int) -> Decimal | None:
    """The same of what is not past due: what would be left if everybody paid on the day."""
    return _days(ending_current, sales, days)


def average_days_delinquent(dso: Decimal | None, best: Decimal | None) -> Decimal | None:
    """ADD: simple DSO less best possible DSO."""
    return None if dso is None or best is None else dso - best


def dso_count_back(ending: int, latest_first: Iterable[Month]) -> CountBack:
    """Exhaustion method: months of sales are taken off the ending receivables, the latest first.

    Each month that is used up counts with its days, the last one with its share of them.
    """
    left, days = ending, Decimal(0)
    for month in latest_first:
        if left <= 0:
            break
        if left < month.sales:
            return CountBack(rounded(days + Decimal(left) * month.days / month.sales))
        left -= month.sales
        days += month.days
    return CountBack(rounded(days), exceeds=left > 0)


def cei_period(beginning: int, sales: int, ending: int, ending_current: int) -> Decimal | None:
    """Collection effectiveness index of the whole period, in per cent.

    (beginning + credit sales - ending) ÷ (beginning + credit sales - ending current) × 100
    """
    return percent(beginning + sales - ending, beginning + sales - ending_current)


def cei_monthly(
    beginning: int, months: Sequence[Month], ending: int, ending_current: int
) -> Decimal | None:
    """The same with one average month's credit sales (sales ÷ months), as the CRF prints it."""
    if not months:
        return None
    sales, count = sum(month.sales for month in months), len(months)
    # Multiplied through by the number of months, so that nothing is rounded on the way.
    collected = (beginning - ending) * count + sales
    return percent(collected, (beginning - ending_current) * count + sales)


def turnover(sales: int, beginning: int, ending: int) -> Decimal | None:
    """Receivables turnover: credit sales ÷ the average of beginning and ending receivables."""
    found = share(2 * sales, beginning + ending)
    return None if found is None else rounded(found)


def _days(part: int, sales: int, days: int) -> Decimal | None:
    found = share(part, sales, days)
    return None if found is None else rounded(found)
