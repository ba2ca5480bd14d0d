"""Own countries: whole tables of law that the team adds, or sets in the place of the release's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from dunning.countries.eu import EURO_AREA
from dunning.countries.law import JURISDICTIONS, TABLES
from dunning.countries.table import (
    ClaimRule,
    Debtor,
    Jurisdiction,
    Rate,
    RateTable,
    half_year_of,
)

Agreed = Literal["none", "instead", "only"]
YearDays = Literal["365", "360", "actual"]


@dataclass(frozen=True)
class OwnPercent:
    """The country's own reference rate in the half-year from `since` on, in per cent a year."""

    since: date
    percent: Decimal
    source: str


@dataclass(frozen=True)
class OwnRule:
    """What debtors of one kind owe by `law` for invoices that fall due from `since` on.

    `points` per cent a year come on top of the reference rate: that of `table` (`TABLES`), or the
    country's own where `table` is ``own``. Where it is empty they are the whole rate, and with
    `agreed` ``only`` there is none but the contract's, not above `most`. `sum_law` allows the
    fixed sum of the `[[sum]]` rows, after the letter `after_letter` where one is named.
    """

    debtor: Debtor
    since: date
    law: str
    source: str
    table: str = ""
    points: Decimal = Decimal(0)
    agreed: Agreed = "none"
    most: Decimal | None = None
    year_days: YearDays = "365"
    fixed_at_start: bool = False
    compounds_yearly: bool = False
    due_moves_to_workday: bool = False
    sum_law: str = ""
    after_letter: str = ""


@dataclass(frozen=True)
class OwnCountry:
    """A country by its ISO 3166 code, with its reference rate ("" for none) and its rules."""

    country: str
    name: str
    reference: str
    percents: tuple[OwnPercent, ...]
    rules: tuple[OwnRule, ...]

    def has_begun(self, due: date) -> bool:
        """Whether there is a rule for invoices due on a day."""
        return any(one.since <= due for one in self.rules)

    def law_on(self, due: date) -> Jurisdiction | None:
        """The law for invoices due on a day; None where the release's holds until then.

        A kind of debtor without a rule owes nothing. Fixed sums are not in it yet.
        """
        begun = sorted((one for one in self.rules if one.since <= due), key=lambda one: one.since)
        if begun:
            # Of a kind of debtor the newest comes last and stays.
            rules = {one.debtor: self._claim_rule(one) for one in begun}
            return Jurisdiction(self.country, self.name, MappingProxyType(rules))
        if self.country in JURISDICTIONS or self.country in EURO_AREA:
            return None
        first = min(one.since for one in self.rules)
        why = f"The rules for {self.name} are for invoices that fall due from {first} on."
        whom: tuple[Debtor, ...] = ("business", "public", "consumer")
        refused = MappingProxyType(dict.fromkeys(whom, why))
        return Jurisdiction(self.country, self.name, why_not=refused)

    def _claim_rule(self, row: OwnRule) -> ClaimRule:
        years = {"365": 365, "360": 360, "actual": 0}
        return ClaimRule(
            law=row.law,
            margin=row.points,
            table=self._own_table() if row.table == "own" else TABLES.get(row.table),
            fixed_at_start=row.fixed_at_start,
            year_days=years[row.year_days],
            compounds_yearly=row.compounds_yearly,
            most=row.most,
            due_moves_to_workday=row.due_moves_to_workday,
            fee_law=row.sum_law,
            fee_after=row.after_letter,
            contract=row.agreed,
        )

    def _own_table(self) -> RateTable:
        known = {
            half_year_of(one.since): Rate(one.percent, "S", one.source) for one in self.percents
        }
        return RateTable(self.reference, "", MappingProxyType(dict(sorted(known.items()))))
