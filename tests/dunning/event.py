"""Something that happens to an invoice, and how much and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from dunning.money import Money
from tests.dunning.following import Following


@dataclass(frozen=True)
class Event:
    """Something happens `after` the one before it; it may turn out not to be allowed."""

    after: timedelta
    what: str
    share: float
    days: int


def part(world: Following, event: Event) -> Money:
    """A share of what is open."""
    minor = max(1, int(world.case.balance.minor * event.share))
    return Money(minor, world.case.amount.currency)


def day(world: Following, event: Event) -> date:
    """A day ahead."""
    return world.situation.today + timedelta(days=event.days)


Happening = Callable[[Following, Event], None]
