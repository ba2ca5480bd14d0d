"""The rates and sums of law as the auditor looks them up: own rows first, then the release's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dunning.claim_facts import ClaimRaised
from dunning.countries.law import TABLES
from dunning.countries.table import ClaimRule, RateTable
from dunning.money import Money
from dunning.own_rates import OwnRates

_JUNE = 6


def fixed_sum(rule: ClaimRule, fact: ClaimRaised, own: OwnRates) -> int:
    """The fixed sum for the principal of a claim, in minor units."""
    mine = [
        (one.since, one.debtor, one)
        for one in own.sums
        if (one.country, one.currency) == (fact.country, fact.principal.currency)
        and one.debtor in ("", fact.debtor)
        and one.since <= fact.first
    ]
    if rule.fee is None or not mine:
        return rule.fee(fact.principal).minor if rule.fee else 0
    sums = [sum_ for least, sum_ in max(mine)[2].tiers if least <= fact.principal.major]
    return Money.parse(sums[-1], fact.principal.currency).minor if sums else 0


def percent_of(rule: ClaimRule, fact: ClaimRaised, day: date, own: OwnRates) -> Decimal:
    """The yearly per cent of a day. Raises NotClaimable."""
    if rule.contract == "only" or fact.contract:
        agreed = Decimal(fact.contract or 0)
        least = _listed(rule.floor, day, own) * rule.floor_times if rule.floor else Decimal(0)
        return max(agreed, least)
    return _listed(rule.table, day, own) + rule.margin if rule.table else Decimal(0)


def _listed(table: RateTable, day: date, own: OwnRates) -> Decimal:
    """The rate of the day's half-year: the team's row where there is one, else the release's."""
    begins = date(day.year, 1 if day.month <= _JUNE else 7, 1)
    for one in own.rates:
        if one.since == begins and TABLES[one.table] is table:
            return one.percent
    return table.of(day).percent
