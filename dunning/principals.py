"""What of an invoice was open day by day, as interest counts it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from dunning.case import Case
from dunning.interest import Principal
from dunning.money import Money

_A_DAY = timedelta(days=1)
_AMENDMENT = "amendment"


def principals(case: Case) -> tuple[Principal, ...]:
    """What was open day by day: a payment's own day still counts with what it paid."""
    amended = (one.amount for one in case.movements if one.kind == _AMENDMENT)
    open_ = case.amount - sum(amended, start=Money.zero(case.amount.currency))
    found = [Principal(date.min, open_)]
    for moved in sorted(case.movements, key=lambda one: one.on):
        open_ += moved.amount
        found.append(Principal(moved.on + _A_DAY, open_))
    return tuple(found)


def owed_from(first: date, owed: tuple[Principal, ...]) -> Iterator[Principal]:
    """The same from a day on."""
    yield Principal(first, open_on(owed, first))
    yield from (one for one in owed if one.since > first)


def open_on(owed: tuple[Principal, ...], day: date) -> Money:
    """What bore interest on the day."""
    return [one.amount for one in owed if one.since <= day][-1]
