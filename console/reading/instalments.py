"""Instalments as people write them, a line each, and a first draft of them."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from dunning.case import Case
from dunning.may import NotAllowed
from dunning.money import Money

RHYTHMS = ("month", "fortnight", "week")
MOST_PARTS = 36
_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,4})?")
_DAYS = {"week": 7, "fortnight": 14}
_DECEMBER = 12


def owed_together(cases: Sequence[Case]) -> Money:
    """What is open and not disputed of these invoices. Raises NotAllowed for two currencies."""
    currencies = {case.amount.currency for case in cases}
    if len(currencies) != 1:
        raise NotAllowed("Choose invoices of one currency: a plan is in one currency.")
    zero = Money.zero(currencies.pop())
    return sum((case.balance - case.disputed for case in cases), start=zero)


def draft(owed: Money, parts: int, first: date, rhythm: str) -> str:
    """Equal instalments, the last one with what does not divide, a line each."""
    part = owed.minor // parts
    amounts = [part] * (parts - 1) + [owed.minor - part * (parts - 1)]
    days = (_day(first, number, rhythm) for number in range(parts))
    lines = zip(days, amounts, strict=True)
    return "\n".join(f"{on} {Money(minor, owed.currency).major}" for on, minor in lines)


def written(lines: str) -> Iterator[tuple[date, Decimal]]:
    """The instalments of the lines, in major units. Raises NotAllowed for one it cannot read."""
    found = [line.split() for line in lines.splitlines() if line.strip()]
    if len(found) > MOST_PARTS:
        raise NotAllowed(f"A plan has at most {MOST_PARTS} instalments.")
    for number, words in enumerate(found, start=1):
        try:
            day, amount = words
            yield date.fromisoformat(day), _amount(amount)
        except ValueError:
            said = f"Line {number} cannot be read: write a day and an amount, 2026-05-15 250.00."
            raise NotAllowed(said) from None


def _amount(text: str) -> Decimal:
    """Raises ValueError for anything but plain digits."""
    if not _AMOUNT.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


def _day(first: date, number: int, rhythm: str) -> date:
    if rhythm in _DAYS:
        return first + timedelta(days=number * _DAYS[rhythm])
    months = first.month - 1 + number
    year, month = first.year + months // _DECEMBER, months % _DECEMBER + 1
    return date(year, month, min(first.day, calendar.monthrange(year, month)[1]))
