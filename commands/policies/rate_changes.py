"""What changes in the team's own rates and sums from one version to another, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from commands.policies.country_changes import country_changes
from commands.policies.laws import sum_in_words
from dunning.countries.law import JURISDICTIONS, TABLES
from dunning.countries.table import half_year_of
from dunning.own_rates import OwnRate, OwnRates, OwnSum


def rate_changes(old: OwnRates, new: OwnRates) -> Iterator[str]:
    """One sentence a row that is new or gone, with its source and what the release has."""
    for rate in sorted({*old.rates} ^ {*new.rates}, key=lambda one: (one.since, one.table)):
        yield _rate(rate, is_new=rate in new.rates)
    yield from country_changes(old.countries, new.countries)
    names = {one.country: one.name for one in (*old.countries, *new.countries)}
    for one in sorted({*old.sums} ^ {*new.sums}, key=lambda one: (one.since, one.country)):
        name = names.get(one.country) or JURISDICTIONS[one.country].name
        yield _sum(one, name, is_new=one in new.sums)


def _rate(one: OwnRate, *, is_new: bool) -> str:
    table, half_year = TABLES[one.table], half_year_of(one.since)
    known = table.rates.get(half_year)
    shipped = f"; the release has {known.percent} %" if known else ""
    return (
        f"rates: {table.name} ({one.table}) {_is(is_new)} {one.percent} % in the half-year from"
        f" {one.since}{shipped}: {one.source}"
    )


def _sum(one: OwnSum, name: str, *, is_new: bool) -> str:
    whom = f" from {one.debtor} debtors" if one.debtor else ""
    sum_ = f"the fixed sum of {name}{whom} {_is(is_new)} {sum_in_words(one.fee)}"
    return f"rates: {sum_}, for claims that arise from {one.since} on: {one.source}"


def _is(is_new: bool) -> str:
    return "is" if is_new else "is no longer"
