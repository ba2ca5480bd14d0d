"""What the gate looks at when a touch is to go out, and what it may say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dunning.money import Money
from dunning.situation import Situation
from dunning.steps import Speak


@dataclass(frozen=True)
class RecentTouch:
    """A message the customer got, or may have got."""

    channel: str
    at: datetime
    letter: str = ""


@dataclass(frozen=True)
class AtTheDoor:
    """What the gate looks at: the situation, the touch, and the customer's other business.

    `worth` is what the customer owes overdue in the invoice's currency, or the invoice's own
    balance before its due date. `credit` is the customer's money that no invoice has used yet, in
    the same currency. `recent` are the customer's messages of the last 30 days.
    """

    situation: Situation
    touch: Speak
    worth: Money
    recent: tuple[RecentTouch, ...] = ()
    has_open_reminder: bool = False
    slot_taken: bool = False
    credit: Money | None = None


@dataclass(frozen=True)
class Objection:
    """Why the touch does not go out: not before `until`, or (without it) not at all."""

    code: str
    why: str
    until: datetime | None = None
