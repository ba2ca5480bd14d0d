"""What a jurisdiction's table holds: reference rates by half-year, and what may be claimed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from dunning.money import Money

Mark = Literal["S", "K", "V"]
_JULY = 7


class NotClaimable(Exception):  # noqa: N818 - a table says no; nothing went wrong
    """Nothing may be claimed, or a rate is not in the table; the message is one sentence."""


def half_year_of(day: date) -> str:
    """The half-year a day lies in, as the tables name it: ``2025H1``."""
    return f"{day.year}H{1 if day.month < _JULY else 2}"


@dataclass(frozen=True)
class Rate:
    """A yearly rate in per cent, and how well it is known.

    `mark`: S read at its source, K general knowledge, V still to be verified at the source.
    `source` is that of a row the team added; the table has one for all of its own.
    """

    percent: Decimal
    mark: Mark
    source: str = ""


@dataclass(frozen=True)
class RateTable:
    """Yearly reference rates by the half-year that begins on 1 January or 1 July."""

    name: str
    source: str
    rates: Mapping[str, Rate]

    def of(self, day: date) -> Rate:
        """The rate of the day's half-year; one that is not here is never guessed.

        Raises NotClaimable.
        """
        half_year = half_year_of(day)
        if half_year not in self.rates:
            first, last = min(self.rates), max(self.rates)
            raise NotClaimable(
                f"The {self.name} of {half_year} is not in the table ({first} to {last}):"
                " add it with its source first."
            )
        return self.rates[half_year]


@dataclass(frozen=True)
class ClaimRule:
    """What one kind of debtor owes for being late, under one law.

    Interest is `table` plus `margin` per cent a year (the `margin` alone where there is no table),
    or the contract's; `fixed_at_start` keeps the rate of the first day. A day is one of
    `year_days`, or of those its calendar year has where that is 0. A contract rate is not below
    `floor_times` the `floor` and not above `most`. `fee` answers with the fixed sum for a
    principal; it may be claimed only after the letter `fee_after` reached the debtor.
    """

    law: str
    margin: Decimal = Decimal(0)
    table: RateTable | None = None
    fixed_at_start: bool = False
    year_days: int = 365
    compounds_yearly: bool = False
    floor: RateTable | None = None
    floor_times: int = 0
    most: Decimal | None = None
    due_moves_to_workday: bool = False
    fee: Callable[[Money], Money] | None = None
    fee_law: str = ""
    fee_after: str = ""
    contract: Literal["none", "instead", "only"] = "none"


Debtor = Literal["", "business", "public", "consumer"]


@dataclass(frozen=True)
class Jurisdiction:
    """A country's rules by kind of debtor, and why there are none for the others."""

    code: str
    name: str
    rules: Mapping[Debtor, ClaimRule] = field(default_factory=lambda: MappingProxyType({}))
    why_not: Mapping[Debtor, str] = field(default_factory=lambda: MappingProxyType({}))

    def rule(self, debtor: Debtor) -> ClaimRule:
        """What may be claimed from this kind of debtor. Raises NotClaimable."""
        if not debtor:
            raise NotClaimable(
                "It is not known whether the customer is a business: an unknown debtor counts as"
                " a consumer, and nothing is claimed."
            )
        if debtor not in self.rules:
            usual = f"Nothing is claimed from a {debtor} debtor under the law of {self.name}."
            raise NotClaimable(self.why_not.get(debtor, usual))
        return self.rules[debtor]


def rates(given: str, verify: str = "", known: str = "") -> Mapping[str, Rate]:
    """Rates written as ``2025H1 4.75``, separated by commas; by how well they are known."""
    found: dict[str, Rate] = {}
    marked: tuple[tuple[Mark, str], ...] = (("S", given), ("V", verify), ("K", known))
    for mark, text in marked:
        for one in filter(None, map(str.strip, text.split(","))):
            half_year, percent = one.split()
            found[half_year] = Rate(Decimal(percent), mark)
    return MappingProxyType(dict(sorted(found.items())))
