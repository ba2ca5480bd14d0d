"""Own rates: reference rates, fixed sums and countries that the release's tables do not have yet.

Tables of law come with the release; these rows are added by the team, and part of a version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType

from dunning.countries.fixed_sums import Scale, Tiers
from dunning.countries.law import JURISDICTIONS, TABLES
from dunning.countries.table import (
    ClaimRule,
    Debtor,
    Jurisdiction,
    Rate,
    RateTable,
    half_year_of,
)
from dunning.money import Money
from dunning.own_countries import OwnCountry
from dunning.replacing import replace

Fee = Callable[[Money], Money]
_A_DAY = timedelta(days=1)


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

    Either `tiers`, each the least principal and its sum, or `bands`, each where it begins and its
    per cent of what lies in it, both rising; a sum by bands is at least `least` and at most
    `most`. Without `debtor` it is for everybody of whom the law has one.
    """

    country: str
    debtor: Debtor
    since: date
    currency: str
    tiers: tuple[tuple[Decimal, Decimal], ...]
    source: str
    bands: tuple[tuple[Decimal, Decimal], ...] = ()
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(0)

    @property
    def fee(self) -> Fee:
        """The sum for a principal, which raises NotClaimable in another currency."""
        if self.bands:
            return Scale(self.currency, self.bands, self.least, self.most)
        return Tiers(self.currency, self.tiers)


@dataclass(frozen=True)
class OwnRates:
    """The own rows of a version of the policies; they count for what is claimed under it."""

    rates: tuple[OwnRate, ...] = ()
    sums: tuple[OwnSum, ...] = ()
    countries: tuple[OwnCountry, ...] = ()

    @property
    def codes(self) -> list[str]:
        """The countries there is a law for, the release's and the own ones."""
        return sorted({*JURISDICTIONS, *(one.country for one in self.countries)})

    def in_law(self, rule: ClaimRule, country: str, debtor: Debtor, first: date) -> ClaimRule:
        """The rule of a country with these rows; `first` is the day its fixed sum arises on."""
        fee = self.fee(country, debtor, first) if rule.fee else None
        table, floor = self._extended(rule.table), self._extended(rule.floor)
        return replace(rule, table=table, floor=floor, fee=fee or rule.fee)

    def fee(self, country: str, debtor: Debtor, first: date) -> Fee | None:
        """The own fixed sum for claims that arise on a day; None where no row says one."""
        mine = [one for one in self.sums if one.country == country and one.since <= first]
        fitting = [one for one in mine if one.debtor in ("", debtor)]
        if not fitting:
            return None
        return max(fitting, key=lambda one: (one.since, one.debtor)).fee

    def laws(self, due: date) -> Mapping[str, Jurisdiction]:
        """Every law for an invoice due on a day: the release's, and the own ones in their place."""
        own = {one.country: one.law_on(due) for one in self.countries}
        begun = {code: self._with_sums(law, due) for code, law in own.items() if law}
        return {**JURISDICTIONS, **begun}

    def _with_sums(self, law: Jurisdiction, due: date) -> Jurisdiction:
        rules = {
            debtor: replace(rule, fee=self.fee(law.code, debtor, due + _A_DAY))
            if rule.fee_law
            else rule
            for debtor, rule in law.rules.items()
        }
        return replace(law, rules=MappingProxyType(rules))

    def _extended(self, table: RateTable | None) -> RateTable | None:
        own = [one for one in self.rates if TABLES[one.table] is table]
        if table is None or not own:
            return table
        added = {half_year_of(one.since): Rate(one.percent, "S", one.source) for one in own}
        known = dict(sorted({**table.rates, **added}.items()))
        return replace(table, rates=MappingProxyType(known))


NO_RATES = OwnRates()
