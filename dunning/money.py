"""Money: whole minor units of one currency, which never adds to another currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache, total_ordering

# ISO 4217 minor units where they are not two. A test compares this table with CLDR's.
_NO_MINOR_UNIT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_EXPONENTS = (
    dict.fromkeys(_NO_MINOR_UNIT.split(), 0)
    | dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)
    | dict.fromkeys("CLF UYW".split(), 4)
)


def minor_digits(currency: str) -> int:
    """Digits after the decimal point of an ISO 4217 currency: EUR 2, JPY 0, KWD 3."""
    return _EXPONENTS.get(currency, 2)


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents, pence, fils) with its ISO 4217 currency code."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, amount: str | Decimal, currency: str) -> Money:
        """Read a decimal amount in major units, such as ``"1250.00"``.

        Raises ValueError when it is no finite number or has more digits than the currency.
        """
        try:
            shifted = Decimal(amount).scaleb(minor_digits(currency))
        except InvalidOperation:
            shifted = Decimal("NaN")
        if not shifted.is_finite() or shifted != shifted.to_integral_value():
            raise ValueError(f"{amount!s} is not an amount in {currency}")
        return cls(int(shifted), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in this currency."""
        return _nothing(currency)

    @property
    def major(self) -> Decimal:
        """The amount in major units, with the currency's own number of digits."""
        return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __str__(self) -> str:
        return f"{self.major} {self.currency}"

    def _same(self, other: Money) -> int:
        assert self.currency == other.currency, "amounts in two currencies have no sum"
        return other.minor


@cache
def _nothing(currency: str) -> Money:
    return Money(0, currency)


def totals(amounts: list[Money]) -> dict[str, Money]:
    """Sum amounts per currency, in the alphabetical order of the codes."""
    sums: dict[str, Money] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, Money.zero(amount.currency)) + amount
    return dict(sorted(sums.items()))
