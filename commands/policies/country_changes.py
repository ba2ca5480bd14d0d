"""What changes in the team's own tables of countries from one version to another, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dunning.countries.law import JURISDICTIONS, TABLES
from dunning.countries.table import half_year_of
from dunning.own_countries import OwnCountry, OwnPercent, OwnRule


def country_changes(old: Sequence[OwnCountry], new: Sequence[OwnCountry]) -> Iterator[str]:
    """One sentence a country, rule or rate that is new, other than before, or gone."""
    before, after = ({one.country: one for one in side} for side in (old, new))
    for code in sorted(before.keys() | after.keys()):
        was, will = before.get(code), after.get(code)
        one = will or was
        assert one is not None, "a country of one side or the other"
        yield from _named(was, will)
        percents = [{*side.percents} if side else set() for side in (was, will)]
        for row in sorted(percents[0] ^ percents[1], key=lambda row: row.since):
            yield _percent(one, row, is_new=row in percents[1])
        rules = [{*side.rules} if side else set() for side in (was, will)]
        for rule in sorted(rules[0] ^ rules[1], key=lambda rule: (rule.since, rule.debtor)):
            yield _rule(one, rule, is_new=rule in rules[1])


def _named(was: OwnCountry | None, will: OwnCountry | None) -> Iterator[str]:
    if was is None and will is not None:
        known = "takes the place of the release's" if will.country in JURISDICTIONS else "is new"
        yield f"rates: the table of {will.name} ({will.country}) {known}"
    elif was is not None and will is None:
        yield f"rates: the table of {was.name} ({was.country}) is gone"
    elif was and will and (was.name, was.reference) != (will.name, will.reference):
        names = " and ".join(filter(None, (will.name, will.reference)))
        yield f"rates: {will.country} and its rate are now called {names}"


def _percent(country: OwnCountry, row: OwnPercent, *, is_new: bool) -> str:
    rate = f"{country.reference or 'the reference rate'} of {country.name}"
    when = f"in the half-year {half_year_of(row.since)}"
    return f"rates: {rate} {_is(is_new)} {row.percent} % {when}: {row.source}"


def _rule(country: OwnCountry, rule: OwnRule, *, is_new: bool) -> str:
    whom = f"{rule.debtor} debtors under the law of {country.name}"
    owe = "owe" if is_new else "no longer owe"
    sum_ = f", and a fixed sum ({rule.sum_law})" if rule.sum_law else ""
    details = "".join(f"; {one}" for one in _details(rule))
    return (
        f"rates: {whom} {owe} {_interest(country, rule)} ({rule.law}){sum_}{details}, for invoices"
        f" due from {rule.since} on: {rule.source}"
    )


def _interest(country: OwnCountry, rule: OwnRule) -> str:
    if rule.agreed == "only":
        return "the interest that was agreed"
    if not rule.table:
        return f"{rule.points} % a year"
    name = country.reference if rule.table == "own" else TABLES[rule.table].name
    return f"{name} + {rule.points} % a year"


def _details(rule: OwnRule) -> Iterator[str]:
    if rule.agreed == "instead":
        yield "an agreed rate takes its place"
    if rule.most is not None:
        yield f"an agreed rate is at most {rule.most} %"
    if rule.year_days != "365":
        yield f"a year has {'its own' if rule.year_days == 'actual' else rule.year_days} days"
    if rule.fixed_at_start:
        yield "the rate of the first day stays"
    if rule.compounds_yearly:
        yield "interest of a full year bears interest"
    if rule.due_moves_to_workday:
        yield "a due date on a day off moves to the next working day"
    if rule.after_letter:
        yield f"the sum only after the letter {rule.after_letter}"


def _is(is_new: bool) -> str:
    return "is" if is_new else "is no longer"
