"""The law of a claim as the auditor reads it: the team's own country first, then the release's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import MappingProxyType

from dunning.claim_facts import ClaimRaised
from dunning.countries.law import JURISDICTIONS, TABLES
from dunning.countries.table import ClaimRule, Rate, RateTable
from dunning.own_countries import OwnCountry, OwnRule
from dunning.own_rates import OwnRates

# Which of the release's laws ask consumers for something.
_CONSUMERS_PAY = {"interest": ("DE", "NL"), "fee": ("NL",)}


def rule_of(fact: ClaimRaised, due: date, own: OwnRates) -> ClaimRule | None:
    """The rule for the claim's debtor and an invoice due on a day; None where nothing is owed."""
    for country in own.countries:
        begun = [one for one in country.rules if one.since <= due]
        if country.country == fact.country and begun:
            mine = [(one.since, one) for one in begun if one.debtor == fact.debtor]
            return _rule(country, max(mine, key=lambda pair: pair[0])[1]) if mine else None
    shipped = JURISDICTIONS.get(fact.country)
    rules = {str(who): rule for who, rule in shipped.rules.items()} if shipped else {}
    rule = rules.get(fact.debtor)
    spared = fact.debtor == "consumer" and fact.country not in _CONSUMERS_PAY[fact.what]
    return None if spared or (fact.what == "fee" and rule and not rule.fee_law) else rule


def _rule(country: OwnCountry, row: OwnRule) -> ClaimRule:
    percents = {
        f"{one.since.year}H{2 if one.since.month > 1 else 1}": Rate(one.percent, "S", one.source)
        for one in country.percents
    }
    own = RateTable(country.reference, country.reference, MappingProxyType(percents))
    return ClaimRule(
        law=row.law,
        margin=row.points if row.agreed != "only" else Decimal(0),
        table=own if row.table == "own" else TABLES.get(row.table),
        fixed_at_start=row.fixed_at_start,
        compounds_yearly=row.compounds_yearly,
        due_moves_to_workday=row.due_moves_to_workday,
        year_days={"360": 360, "actual": 0}.get(row.year_days, 365),
        most=row.most,
        fee_law=row.sum_law,
        fee_after=row.after_letter,
        contract=row.agreed,
    )
