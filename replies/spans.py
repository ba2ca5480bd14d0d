"""Places in a message that name a day, an amount or a share of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date in a text: `text[start:end]`, and the day it means for a message of that day.

    `day` is None when the words name no single day; `reason` then says why: ``vague``, ``past``,
    ``too_far`` (more than 120 days ahead), ``terms`` (counted from another event) or ``invalid``.
    `alternatives` are other readings people may mean; `is_ambiguous` asks for a person's eye.
    A range carries its last day and `is_range`.
    """

    start: int
    end: int
    text: str
    day: date | None
    alternatives: tuple[date, ...] = ()
    is_ambiguous: bool = False
    is_range: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AmountSpan:
    """An amount of money in a text: `text[start:end]`, in major units.

    `currency` is its ISO code, empty when the text names none.
    """

    start: int
    end: int
    text: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class FractionSpan:
    """A share of what is owed, such as half of it: `text[start:end]`."""

    start: int
    end: int
    text: str
    fraction: Fraction
