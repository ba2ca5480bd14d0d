"""The yearly rate of a day: what was agreed where the law lets it, else what its tables say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dunning.countries.table import ClaimRule, NotClaimable, RateTable, half_year_of
from dunning.replacing import replace


@dataclass(frozen=True)
class YearlyRate:
    """Per cent a year, where it comes from, and how well that is known (see `Rate.mark`)."""

    percent: Decimal
    source: str
    mark: str


def rate_on(rule: ClaimRule, day: date, first: date, contract: Decimal | None = None) -> YearlyRate:
    """The rate of a day for a claim that began on `first`; its source says where it is from.

    Raises NotClaimable where it is not known, or nothing was agreed where the law gives nothing.
    """
    rate = _rate(rule, first, day, contract)
    if rule.year_days == ClaimRule.year_days:
        return rate
    year = f"{rule.year_days} days" if rule.year_days else "the days of the calendar year"
    return replace(rate, source=f"{rate.source}, by {year}")


def _rate(rule: ClaimRule, first: date, day: date, contract: Decimal | None) -> YearlyRate:
    if rule.contract == "only" or (rule.contract == "instead" and contract is not None):
        return _agreed(rule, day, contract)
    if rule.table is None:
        return YearlyRate(rule.margin, rule.law, "S")
    return _listed(rule.table, first if rule.fixed_at_start else day, rule.margin)


def _agreed(rule: ClaimRule, day: date, contract: Decimal | None) -> YearlyRate:
    if contract is None:
        raise NotClaimable(f"No rate was agreed, and {rule.law} gives none.")
    if rule.most is not None and contract > rule.most:
        raise NotClaimable(f"{contract} % a year is above the {rule.most} % that the law allows.")
    if rule.floor is not None:
        least = rule.floor.of(day)
        if contract < rule.floor_times * least.percent:
            source = f"{rule.floor_times} x {rule.floor.name}"
            return YearlyRate(rule.floor_times * least.percent, source, least.mark)
    return YearlyRate(contract, "agreed", "S")


def _listed(table: RateTable, day: date, margin: Decimal) -> YearlyRate:
    known = table.of(day)
    plus = f" + {margin}" if margin else ""
    said = f" ({known.source})" if known.source else ""
    source = f"{table.name} {half_year_of(day)}{plus}{said}"
    return YearlyRate(known.percent + margin, source, known.mark)
