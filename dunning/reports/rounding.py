"""Rounding and shares: half up, once, where a figure is printed."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

from dunning.money import Money

# Amounts of eighteen digits times rates of as many must not be rounded on the way.
_DIGITS = 60


def rounded(value: Decimal, places: int = 2) -> Decimal:
    """The value with so many decimal places, a half rounded away from zero."""
    with localcontext(prec=_DIGITS):
        return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def share(part: int, whole: int, times: int = 1) -> Decimal | None:
    """`part` ÷ `whole` × `times`, unrounded; None where the whole is not more than nothing."""
    if whole <= 0:
        return None
    with localcontext(prec=_DIGITS):
        return Decimal(part) * times / whole


def percent(part: int, whole: int) -> Decimal | None:
    """How many per cent of the whole, with two decimals; None where there is no whole."""
    found = share(part, whole, 100)
    return None if found is None else rounded(found)


def part_of(amount: Money, rate: Decimal) -> Money:
    """The amount times a rate (0.036 for 3.6 %), rounded half up to the minor unit."""
    with localcontext(prec=_DIGITS):
        return Money(int(rounded(amount.minor * rate, 0)), amount.currency)
