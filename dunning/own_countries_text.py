"""Reading a `[[country]]` of `rates.toml`: a whole table of law of the team's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import get_args

from dunning.countries.law import TABLES
from dunning.countries.nl import LETTER
from dunning.countries.table import Debtor
from dunning.own_countries import Agreed, OwnCountry, OwnPercent, OwnRule, YearDays
from dunning.own_days import day_of
from dunning.policy_document import Section
from dunning.policy_problems import meant

_COUNTRY = re.compile("[A-Z]{2}")
_DEBTORS: tuple[Debtor, ...] = ("business", "public", "consumer")
_AGREED: tuple[Agreed, ...] = get_args(Agreed)
_YEARS: tuple[YearDays, ...] = get_args(YearDays)
_FIRST_DAYS = ((1, 1), (7, 1))
_LEAST_PERCENT, _MOST_PERCENT = Decimal(-10), Decimal(100)
_OWN = "own"


def read_country(section: Section) -> OwnCountry:
    """A country with its rules and its reference rate; what is wrong with it is noted."""
    country, name = section.text("country"), section.text("name")
    if not _COUNTRY.fullmatch(country) and not section.is_refused("country"):
        section.refuse("country", f'"{country}" is not a country such as "AT"')
    reference = section.text("reference", "")
    percents = tuple(_percent(one) for one in section.sections("rate"))
    if bool(reference) != bool(percents):
        section.refuse("reference", "is the name of the rate whose rows are [[country.rate]]")
    _refuse_disorder(section, "rate", [one.since for one in percents])
    listed = section.sections("rule")
    rules = tuple(_rule(one, country, has_rate=bool(percents)) for one in listed)
    if not rules:
        section.refuse("rule", "is missing: it says what one kind of debtor owes")
    for debtor in _DEBTORS:
        _refuse_disorder(section, "rule", [one.since for one in rules if one.debtor == debtor])
    return OwnCountry(country, name, reference, percents, rules)


def half_year(section: Section) -> date:
    """The first day of the half-year a rate counts for."""
    since = day_of(section, "since")
    if (since.month, since.day) not in _FIRST_DAYS:
        section.refuse("since", "is no 1 January or 1 July, when reference rates change")
    return since


def percent(section: Section, key: str, least: Decimal = _LEAST_PERCENT) -> Decimal:
    """A rate in per cent a year; central banks have gone below zero."""
    written, needed = section.text(key), 'a rate in per cent, such as "1.27"'
    try:
        found = Decimal(written)
    except InvalidOperation:
        found = Decimal("NaN")
    if found.is_finite() and least <= found <= _MOST_PERCENT:
        return found
    if not section.is_refused(key):
        section.refuse(key, f'"{written}" is not {needed}')
    return Decimal(0)


def _percent(section: Section) -> OwnPercent:
    return OwnPercent(half_year(section), percent(section, "percent"), section.text("source"))


def _rule(section: Section, country: str, *, has_rate: bool) -> OwnRule:
    debtor, agreed = section.choice("debtor", _DEBTORS), section.choice("agreed", _AGREED, "none")
    by_law = agreed != "only"
    table = _table(section, has_rate=has_rate) if by_law else ""
    sum_law = section.text("sum_law", "")
    letter = section.choice("after_letter", ("", LETTER), "") if sum_law else ""
    if country == "NL" and debtor == "consumer" and sum_law and not letter:
        section.refuse("after_letter", f'is missing: BW 6:96 (6) wants the letter "{LETTER}" first')
    return OwnRule(
        debtor=debtor,
        since=day_of(section, "since"),
        law=section.text("law"),
        source=section.text("source"),
        table=table,
        points=_points(section, by_law=by_law, table=table),
        agreed=agreed,
        most=percent(section, "most", Decimal(0))
        if "most" in section and agreed != "none"
        else None,
        year_days=section.choice("year_days", _YEARS, "365"),
        fixed_at_start=section.flag("fixed_at_start"),
        compounds_yearly=section.flag("compounds_yearly"),
        due_moves_to_workday=section.flag("due_moves_to_workday"),
        sum_law=sum_law,
        after_letter=letter,
    )


def _table(section: Section, *, has_rate: bool) -> str:
    """The reference rate the points come on top of; "" where they are the whole rate."""
    name, known = section.text("table", ""), [_OWN, *TABLES]
    if name and name not in known:
        section.refuse("table", f'there is no table "{name}"{meant(name, known)}')
    if name == _OWN and not has_rate:
        section.refuse("table", "the country has no [[country.rate]] of its own")
    return name


def _points(section: Section, *, by_law: bool, table: str) -> Decimal:
    """What comes on top of the table's rate, or the whole rate where there is no table."""
    key = "points" if table else "percent"
    if by_law:
        section.explain(
            {"points": "needs the table it comes on top of", "percent": "is in the table"}
        )
        return percent(section, key, Decimal(0))
    section.explain(dict.fromkeys(("table", "points", "percent"), "only what was agreed is owed"))
    return Decimal(0)


def _refuse_disorder(section: Section, key: str, days: Sequence[date]) -> None:
    if list(days) != sorted(set(days)):
        section.refuse(key, "does not stand in the order of the days, each once")
