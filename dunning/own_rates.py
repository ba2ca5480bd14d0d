"""Own rates: reference rates and fixed sums by law that the release's tables do not have yet.

Tables of law come with the release; these rows are added by the team, and part of a version.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import get_args

from dunning.countries.law import JURISDICTIONS, TABLES
from dunning.countries.nl import collection_costs
from dunning.countries.table import ClaimRule, Debtor, Rate, RateTable, half_year_of, tiered
from dunning.money import Money
from dunning.own_days import day_of
from dunning.policy_document import Section, read_document
from dunning.policy_problems import meant
from dunning.replacing import replace

_DEBTORS: tuple[Debtor, ...] = get_args(Debtor)
_FIRST_DAYS = ((1, 1), (7, 1))
_LEAST_PERCENT, _MOST_PERCENT = Decimal(-10), Decimal(100)
_MOST_AMOUNT = Decimal(1_000_000_000)


@dataclass(frozen=True)
class OwnRate:
    """The reference rate of a table (`TABLES`) in the half-year from `since` on, in per cent."""

    table: str
    since: date
    percent: Decimal
    source: str


@dataclass(frozen=True)
class OwnSum:
    """The fixed sum of a law for claims that arise from `since` on, in major units of a currency.

    `tiers` are each the least principal and its sum, rising. Without `debtor` it is for everybody
    of whom the law has one.
    """

    country: str
    debtor: Debtor
    since: date
    currency: str
    tiers: tuple[tuple[Decimal, Decimal], ...]
    source: str


@dataclass(frozen=True)
class OwnRates:
    """The own rows of a version of the policies; they count for what is claimed under it."""

    rates: tuple[OwnRate, ...] = ()
    sums: tuple[OwnSum, ...] = ()

    def in_law(self, rule: ClaimRule, country: str, debtor: Debtor, first: date) -> ClaimRule:
        """The rule of a country with these rows; `first` is the day its fixed sum arises on."""
        fee = self._fee(country, debtor, first) if rule.fee else None
        table, floor = self._extended(rule.table), self._extended(rule.floor)
        return replace(rule, table=table, floor=floor, fee=fee or rule.fee)

    def _extended(self, table: RateTable | None) -> RateTable | None:
        own = [one for one in self.rates if TABLES[one.table] is table]
        if table is None or not own:
            return table
        added = {half_year_of(one.since): Rate(one.percent, "S", one.source) for one in own}
        known = dict(sorted({**table.rates, **added}.items()))
        return replace(table, rates=MappingProxyType(known))

    def _fee(self, country: str, debtor: Debtor, first: date) -> Callable[[Money], Money] | None:
        mine = [one for one in self.sums if one.country == country and one.since <= first]
        fitting = [one for one in mine if one.debtor in ("", debtor)]
        if not fitting:
            return None
        latest = max(fitting, key=lambda one: (one.since, one.debtor))
        tiers = tuple((str(least), str(amount)) for least, amount in latest.tiers)
        return tiered(latest.currency, tiers)


NO_RATES = OwnRates()


def parse_own_rates(text: str, file: str) -> OwnRates:
    """Read `rates.toml`. Raises InvalidPolicy with everything that is wrong with it."""
    document = read_document(text, file)
    rates = [(one, _rate(one)) for one in document.sections("rate")]
    sums = [(one, _sum(one)) for one in document.sections("sum")]
    _refuse_twice((section, (row.table, row.since)) for section, row in rates)
    _refuse_twice((section, (row.country, row.debtor, row.since)) for section, row in sums)
    document.finish()
    return OwnRates(tuple(row for _, row in rates), tuple(row for _, row in sums))


def _rate(section: Section) -> OwnRate:
    name, since = section.text("table"), day_of(section, "since")
    if name not in TABLES and not section.is_refused("table"):
        section.refuse("table", f'there is no table "{name}"{meant(name, TABLES)}')
    if (since.month, since.day) not in _FIRST_DAYS:
        section.refuse("since", "is no 1 January or 1 July, when reference rates change")
    return OwnRate(name, since, _percent(section), section.text("source"))


def _percent(section: Section) -> Decimal:
    """Central banks have gone below zero."""
    written, needed = section.text("percent"), 'a rate in per cent, such as "1.27"'
    try:
        percent = Decimal(written)
    except InvalidOperation:
        percent = Decimal("NaN")
    if percent.is_finite() and _LEAST_PERCENT <= percent <= _MOST_PERCENT:
        return percent
    if not section.is_refused("percent"):
        section.refuse("percent", f'"{written}" is not {needed}')
    return Decimal(0)


def _sum(section: Section) -> OwnSum:
    country, currency = section.text("country"), section.text("currency")
    debtor = section.choice("debtor", _DEBTORS, "")
    tiers = tuple(
        (_amount(one, "least", currency), _amount(one, "amount", currency))
        for one in section.sections("tier")
    )
    _check_law(section, country, debtor)
    if not (len(currency) == len("EUR") and currency.isascii() and currency.isupper()):
        section.refuse("currency", f'"{currency}" is not a currency such as "EUR"')
    if not tiers or list(tiers) != sorted(dict(tiers).items()):
        section.refuse("tier", "is missing, or not in the order of the principals")
    since = day_of(section, "since")
    return OwnSum(country, debtor, since, currency, tiers, section.text("source"))


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


def _check_law(section: Section, country: str, debtor: Debtor) -> None:
    law = JURISDICTIONS.get(country)
    if law is None:
        section.refuse("country", f'"{country}" has no table; there are {", ".join(JURISDICTIONS)}')
        return
    rules = [rule for who, rule in law.rules.items() if debtor in ("", who)]
    if not any(rule.fee for rule in rules):
        section.refuse("country", f"the law of {law.name} knows no fixed sum from such debtors")
    if any(rule.fee is collection_costs for rule in rules):
        section.refuse("country", f"the scale of {law.name} comes with the release")


def _refuse_twice(rows: Iterable[tuple[Section, Sequence[object]]]) -> None:
    listed = list(rows)
    times = Counter(tuple(key) for _, key in listed)
    for section, key in listed:
        if times[tuple(key)] > 1:
            section.refuse("since", "stands here twice for the same")
