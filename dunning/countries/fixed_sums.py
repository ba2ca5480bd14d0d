"""The fixed sums of laws: the same for everybody, by tiers of the principal, or by its bands."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from dunning.countries.table import NotClaimable
from dunning.money import Money


@dataclass(frozen=True)
class Tiers:
    """A sum by principal: each tier's least principal and its sum, rising, in major units."""

    currency: str
    tiers: tuple[tuple[Decimal, Decimal], ...]

    def __call__(self, principal: Money) -> Money:
        """The sum for a principal in the tiers' currency. Raises NotClaimable for another."""
        in_currency(principal, self.currency)
        fitting = [amount for least, amount in self.tiers if least <= principal.major]
        return Money.parse(fitting[-1], self.currency) if fitting else Money.zero(self.currency)


@dataclass(frozen=True)
class Scale:
    """A sum by bands of the principal: each from its first major unit on, with its per cent.

    The sum is at least `least` and at most `most`, rounded half-up to the currency's digits.
    """

    currency: str
    bands: tuple[tuple[Decimal, Decimal], ...]
    least: Decimal
    most: Decimal

    def __call__(self, principal: Money) -> Money:
        """The sum for a principal in the scale's currency. Raises NotClaimable for another."""
        in_currency(principal, self.currency)
        ends = [begins for begins, _ in self.bands[1:]] + [principal.major]
        exact = sum(
            max(min(end, principal.major) - begins, Decimal(0)) * percent / 100
            for (begins, percent), end in zip(self.bands, ends, strict=True)
        )
        within = min(max(Decimal(exact), self.least), self.most)
        digit = Money(1, self.currency).major
        return Money.parse(within.quantize(digit, ROUND_HALF_UP), self.currency)


def flat(amount: str, currency: str) -> Tiers:
    """A fixed sum that does not depend on the principal; in its own currency only."""
    return tiered(currency, f"0.01 {amount}")


def tiered(currency: str, tiers: str) -> Tiers:
    """Tiers written as ``0.01 40, 1000 70``: the least principal of each, and its sum."""
    return Tiers(currency, _pairs(tiers))


def scale(currency: str, bands: str, least: str, most: str) -> Scale:
    """A scale written as ``0 15, 2500 10``: where each band begins, and its per cent."""
    return Scale(currency, _pairs(bands), Decimal(least), Decimal(most))


def in_currency(principal: Money, currency: str) -> None:
    """Refuse a sum that the law fixes in another currency. Raises NotClaimable."""
    if principal.currency != currency:
        raise NotClaimable(
            f"The law fixes the sum in {currency}; none is known for {principal.currency}."
        )


def _pairs(written: str) -> tuple[tuple[Decimal, Decimal], ...]:
    split = (one.split() for one in written.split(","))
    return tuple((Decimal(begins), Decimal(other)) for begins, other in split)
