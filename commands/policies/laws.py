"""The law of late payment as a version has it: who owes what in each country on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from itertools import groupby
from typing import Any

from dunning.countries.fixed_sums import Scale, Tiers
from dunning.countries.table import ClaimRule, Debtor, Jurisdiction, NotClaimable
from dunning.own_rates import Fee, OwnRates
from dunning.yearly_rate import rate_on

Row = dict[str, Any]
_ANYTHING = Decimal("0.01")
_WHOM: tuple[Debtor, ...] = ("business", "public", "consumer")


def law_rows(own: OwnRates, day: date) -> list[Row]:
    """A row for each country and rule, for invoices that fall due on the day.

    `debtors` are those the rule is for; where nothing is owed, `why` says so.
    """
    mine = {one.country for one in own.countries if one.has_begun(day)}
    found: list[Row] = []
    for code, law in sorted(own.laws(day).items(), key=_listed_by):
        about: Row = {"country": code, "name": law.name, "own": code in mine}
        for row, debtors in groupby(_WHOM, partial(_row, own, law, day)):
            found.append(about | {"debtors": list(debtors)} | row)
    return found


def sum_in_words(fee: Fee) -> str:
    """A fixed sum as people say it, in major units with its currency."""
    match fee:
        case Tiers():
            return ", ".join(_tier(fee, least, amount) for least, amount in fee.tiers)
        case Scale():
            return f"{_bands(fee)}, at least {fee.least} and at most {fee.most} {fee.currency}"
        case _:
            raise AssertionError(fee)


def _listed_by(law: tuple[str, Jurisdiction]) -> str:
    return law[1].name.removeprefix("the ")


def _row(own: OwnRates, law: Jurisdiction, day: date, debtor: Debtor) -> Row:
    try:
        rule = own.in_law(law.rule(debtor), law.code, debtor, day)
    except NotClaimable as why:
        return _told(ClaimRule("")) | {"why": str(why)}
    told = _told(rule)
    if rule.contract == "only":
        return told
    try:
        rate = rate_on(rule, day, day)
    except NotClaimable as why:
        return told | {"why": str(why)}
    return told | {"percent": str(rate.percent), "rate": rate.source, "mark": rate.mark}


def _told(rule: ClaimRule) -> Row:
    return {
        "percent": None,
        "rate": "",
        "mark": "",
        "why": "",
        "law": rule.law,
        "agreed": rule.contract,
        "most": str(rule.most) if rule.most is not None else None,
        "sum": sum_in_words(rule.fee) if rule.fee else "",
        "sum_law": rule.fee_law,
        "after_letter": rule.fee_after,
    }


def _tier(fee: Tiers, least: Decimal, amount: Decimal) -> str:
    begins = f" from {least}" if least > _ANYTHING else ""
    return f"{amount} {fee.currency}{begins}"


def _bands(fee: Scale) -> str:
    ends = [f"to {begins}" for begins, _ in fee.bands[1:]] + ["on"]
    parts = zip(fee.bands, ends, strict=True)
    return ", ".join(f"{percent} % from {begins} {end}" for (begins, percent), end in parts)
