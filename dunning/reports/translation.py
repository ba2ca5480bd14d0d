"""Translation: amounts of several currencies in one, only at rates that are given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, localcontext

from dunning.money import Money
from dunning.reports.rounding import rounded


class NoRateError(ValueError):
    """No rate was given for a currency; the message says which."""


def translated(amount: Money, into: str, rates: Mapping[str, Decimal]) -> Money:
    """The amount in another currency: major units × rate, rounded half up to the minor unit.

    A rate is units of `into` for one unit of the amount's currency. Raises NoRateError.
    """
    if amount.currency == into:
        return amount
    if amount.currency not in rates:
        raise NoRateError(f"No rate from {amount.currency} to {into} was given.")
    step = Money(1, into).major
    with localcontext(prec=60):
        value = rounded(amount.major * rates[amount.currency], -int(step.as_tuple().exponent))
    return Money.parse(value, into)


def translated_sum(amounts: Iterable[Money], into: str, rates: Mapping[str, Decimal]) -> Money:
    """Amounts of several currencies in one: each is translated and rounded, then they are added.

    Raises NoRateError.
    """
    parts = (translated(amount, into, rates) for amount in amounts)
    return sum(parts, start=Money.zero(into))
