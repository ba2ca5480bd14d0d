"""Reading `rates.toml`: the team's own reference rates, fixed sums and countries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import get_args

from dunning.countries.law import JURISDICTIONS, TABLES
from dunning.countries.table import Debtor
from dunning.money import Money
from dunning.own_countries import OwnCountry
from dunning.own_countries_text import half_year, percent, read_country
from dunning.own_days import day_of
from dunning.own_rates import OwnRate, OwnRates, OwnSum
from dunning.policy_document import Section, read_document
from dunning.policy_problems import meant

_DEBTORS: tuple[Debtor, ...] = get_args(Debtor)
_MOST_AMOUNT = Decimal(1_000_000_000)
_Pairs = tuple[tuple[Decimal, Decimal], ...]
_NOTHING = Decimal(0)


def parse_own_rates(text: str, file: str) -> OwnRates:
    """Read `rates.toml`. Raises InvalidPolicy with everything that is wrong with it."""
    document = read_document(text, file)
    countries = [(one, read_country(one)) for one in document.sections("country")]
    own = {row.country: row for _, row in countries}
    rates = [(one, _rate(one)) for one in document.sections("rate")]
    sums = [(one, _sum(one, own)) for one in document.sections("sum")]
    _refuse_twice("country", ((section, (row.country,)) for section, row in countries))
    _refuse_twice("since", ((section, (row.table, row.since)) for section, row in rates))
    keys = ((section, (row.country, row.debtor, row.since)) for section, row in sums)
    _refuse_twice("since", keys)
    for section, row in countries:
        _refuse_without_sum(section, row, [one for _, one in sums])
    document.finish()
    found = tuple(row for _, row in rates), tuple(row for _, row in sums)
    return OwnRates(*found, tuple(row for _, row in countries))


def _rate(section: Section) -> OwnRate:
    name = section.text("table")
    if name not in TABLES and not section.is_refused("table"):
        section.refuse("table", f'there is no table "{name}"{meant(name, TABLES)}')
    return OwnRate(name, half_year(section), percent(section, "percent"), section.text("source"))


def _sum(section: Section, own: Mapping[str, OwnCountry]) -> OwnSum:
    country, currency = section.text("country"), section.text("currency")
    debtor = section.choice("debtor", _DEBTORS, "")
    _check_law(section, country, debtor, own)
    if not (len(currency) == len("EUR") and currency.isascii() and currency.isupper()):
        section.refuse("currency", f'"{currency}" is not a currency such as "EUR"')
    bands, least, most = _bands(section, currency)
    tiers = tuple(
        (_amount(one, "least", currency), _amount(one, "amount", currency))
        for one in section.sections("tier")
    )
    if not (bands or tiers) or not _rises(tiers):
        section.refuse("tier", "is missing, or not in the order of the principals")
    if bands and tiers:
        section.refuse("band", "a sum has either tiers or bands")
    since, source = day_of(section, "since"), section.text("source")
    return OwnSum(country, debtor, since, currency, tiers, source, bands, least, most)


def _bands(section: Section, currency: str) -> tuple[_Pairs, Decimal, Decimal]:
    """Where each band begins and its per cent, with the least and the most of the whole sum."""
    if "band" not in section:
        section.explain(dict.fromkeys(("least", "most"), "belongs to a sum by bands"))
        return (), _NOTHING, _NOTHING
    bands = tuple(
        (_amount(one, "from", currency), percent(one, "percent", least=_NOTHING))
        for one in section.sections("band")
    )
    if not bands or bands[0][0] != _NOTHING or not _rises(bands):
        section.refuse("band", "begins with 0.00 and goes on in the order of the principals")
    least, most = _amount(section, "least", currency), _amount(section, "most", currency)
    if least > most:
        section.refuse("most", f"{most} is less than the least, {least}")
    return bands, least, most


def _rises(pairs: _Pairs) -> bool:
    return list(pairs) == sorted(dict(pairs).items())


def _amount(section: Section, key: str, currency: str) -> Decimal:
    """An amount the currency has digits for."""
    amount = section.amount(key)
    try:
        Money.parse(min(amount, _MOST_AMOUNT), currency)
    except ValueError as error:
        section.refuse(key, str(error))
    if amount > _MOST_AMOUNT:
        section.refuse(key, f"is more than {_MOST_AMOUNT}")
    return amount


def _check_law(
    section: Section, country: str, debtor: Debtor, own: Mapping[str, OwnCountry]
) -> None:
    law = JURISDICTIONS.get(country)
    if law is None and country not in own:
        listed = ", ".join(sorted({*JURISDICTIONS, *own}))
        section.refuse("country", f'"{country}" has no table; there are {listed}')
        return
    rules = law.rules.items() if law else ()
    shipped = any(rule.fee for who, rule in rules if debtor in ("", who))
    mine = own[country].rules if country in own else ()
    if not shipped and not any(one.sum_law for one in mine if debtor in ("", one.debtor)):
        name = own[country].name if country in own else law.name if law else country
        section.refuse("country", f"the law of {name} knows no fixed sum from such debtors")


def _refuse_without_sum(section: Section, row: OwnCountry, sums: Sequence[OwnSum]) -> None:
    """A law that allows a sum needs a row that says it, from the rule's first day on."""
    for number, rule in enumerate(row.rules, start=1):
        mine = [one for one in sums if one.country == row.country and one.since <= rule.since]
        if rule.sum_law and not any(one.debtor in ("", rule.debtor) for one in mine):
            why = f"needs a [[sum]] of {row.country} for {rule.debtor} debtors, since {rule.since}"
            section.refuse(f"rule[{number}].sum_law", f"{why} or before")


def _refuse_twice(key: str, rows: Iterable[tuple[Section, Sequence[object]]]) -> None:
    listed = list(rows)
    times = Counter(tuple(one) for _, one in listed)
    for section, one in listed:
        if times[tuple(one)] > 1:
            section.refuse(key, "stands here twice for the same")
