"""The rates and sums of law as the auditor looks them up: own rows first, then the release's."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from dunning.claim_facts import ClaimRaised
from dunning.countries.law import TABLES
from dunning.countries.table import ClaimRule, RateTable
from dunning.money import Money
from dunning.own_rates import OwnRates, OwnSum

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
    if not mine:
        return rule.fee(fact.principal).minor if rule.fee else 0
    exact = _sum_of(max(mine, key=lambda one: one[:2])[2], fact.principal)
    digits = Money(1, fact.principal.currency).major
    return int((exact / digits).quantize(Decimal(1), ROUND_HALF_UP))


def percent_of(rule: ClaimRule, fact: ClaimRaised, day: date, own: OwnRates) -> Decimal:
    """The yearly per cent of a day. Raises NotClaimable."""
    if rule.contract == "only" or fact.contract:
        agreed = Decimal(fact.contract or 0)
        least = _listed(rule.floor, day, own) * rule.floor_times if rule.floor else Decimal(0)
        return max(agreed, least)
    return (_listed(rule.table, day, own) if rule.table else Decimal(0)) + rule.margin


def _sum_of(row: OwnSum, principal: Money) -> Decimal:
    """What a row asks for a principal, in major units, not rounded."""
    if not row.bands:
        fitting = [one for one in row.tiers if one[0] <= principal.major]
        return max(fitting)[1] if fitting else Decimal(0)
    exact, rest = Decimal(0), principal.major
    for begins, percent in reversed(row.bands):
        if rest > begins:
            exact += (rest - begins) * percent / 100
            rest = begins
    return min(row.most, max(row.least, exact))


def _listed(table: RateTable, day: date, own: OwnRates) -> Decimal:
    """The rate of the day's half-year: the team's row where there is one, else the release's."""
    begins = date(day.year, 1 if day.month <= _JUNE else 7, 1)
    for one in own.rates:
        if one.since == begins and TABLES[one.table] is table:
            return one.percent
    return table.of(day).percent
