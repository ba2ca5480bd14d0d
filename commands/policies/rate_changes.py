"""What changes in the team's own rates and sums from one version to another, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from dunning.countries.law import JURISDICTIONS, TABLES
from dunning.countries.table import half_year_of
from dunning.own_rates import OwnRate, OwnRates, OwnSum


def rate_changes(old: OwnRates, new: OwnRates) -> Iterator[str]:
    """One sentence a row that is new or gone, with its source and what the release has."""
    for rate in sorted({*old.rates} ^ {*new.rates}, key=lambda one: (one.since, one.table)):
        yield _rate(rate, is_new=rate in new.rates)
    for one in sorted({*old.sums} ^ {*new.sums}, key=lambda one: (one.since, one.country)):
        yield _sum(one, is_new=one in new.sums)


def _rate(one: OwnRate, *, is_new: bool) -> str:
    table, half_year = TABLES[one.table], half_year_of(one.since)
    known = table.rates.get(half_year)
    shipped = f"; the release has {known.percent} %" if known else ""
    return (
        f"rates: {table.name} ({one.table}) {_is(is_new)} {one.percent} % in the half-year from"
        f" {one.since}{shipped}: {one.source}"
    )


def _sum(one: OwnSum, *, is_new: bool) -> str:
    tiers = ", ".join(f"{amount} {one.currency} from {least}" for least, amount in one.tiers)
    whom = f" from {one.debtor} debtors" if one.debtor else ""
    name = JURISDICTIONS[one.country].name
    return (
        f"rates: the fixed sum of {name}{whom} {_is(is_new)} {tiers}, for claims that arise from"
        f" {one.since} on: {one.source}"
    )


def _is(is_new: bool) -> str:
    return "is" if is_new else "is no longer"
