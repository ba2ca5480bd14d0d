"""Figures of several currencies in one: only at rates that were given, which are printed with it.

Every amount is translated at the one rate of its currency, rounded half up, and then added;
shares and days are computed anew from what was added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from dunning.may import NotAllowed
from dunning.money import Money
from dunning.reports import days_sales
from dunning.reports.rounding import percent
from dunning.reports.translation import NoRateError, translated_sum
from intake.texts import is_currency

Row = dict[str, Any]
_AMOUNTS = ("beginning", "sales", "ending", "ending_current", "unapplied", "disputed", "received")


def rates_of(given: Iterable[str]) -> dict[str, Decimal]:
    """Rates by currency from texts such as ``USD=0.92``: one USD is 0.92. Raises NotAllowed."""
    return {
        currency.strip().upper(): number_of(rate, "rate")
        for currency, _, rate in (one.partition("=") for one in given)
    }


def number_of(text: str, what: str) -> Decimal:
    """A number that is not less than nothing. Raises NotAllowed."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number < 0:
        raise NotAllowed(f"{text!r} is no {what}; write it as 0.92.")
    return number


def total_in(amounts: Iterable[Money], into: str, rates: Mapping[str, Decimal]) -> Money:
    """The amounts' total in one currency. Raises NotAllowed where a rate is missing."""
    if not is_currency(into):
        raise NotAllowed(f"{into!r} is not the ISO code of a currency.")
    try:
        return translated_sum(amounts, into, rates)
    except NoRateError as missing:
        raise NotAllowed(f"{missing} Give one as --rate USD=0.92.") from None


def rates_used(
    currencies: Iterable[str], into: str, rates: Mapping[str, Decimal]
) -> dict[str, str]:
    """The rates that a translation of these currencies used, as they are printed."""
    return {one: str(rates[one]) for one in sorted(set(currencies)) if one != into}


def translated_figures(answer: Row, into: str, rates: Mapping[str, Decimal]) -> Row:
    """Key figures of all currencies in one, from the answer of `duncan kpis`."""
    currencies = answer["currencies"]
    totals = {
        name: total_in([Money.parse(c[name], c["currency"]) for c in currencies], into, rates)
        for name in _AMOUNTS
    }
    minor = {name: total.minor for name, total in totals.items()}
    days = answer["days"]
    simple = days_sales.dso_simple(minor["ending"], minor["sales"], days)
    best = days_sales.best_possible_dso(minor["ending_current"], minor["sales"], days)
    figures = {
        "past_due_percent": percent(minor["ending"] - minor["ending_current"], minor["ending"]),
        "dso.simple": simple,
        "dso.best_possible": best,
        "dso.add": days_sales.average_days_delinquent(simple, best),
        "cei.period": days_sales.cei_period(
            *(minor[name] for name in ("beginning", "sales", "ending", "ending_current"))
        ),
    }
    return {
        "currency": into,
        "rates": rates_used((one["currency"] for one in currencies), into, rates),
        **{name: str(total.major) for name, total in totals.items()},
        **{name: None if one is None else format(one, "f") for name, one in figures.items()},
    }
