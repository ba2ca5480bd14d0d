"""What the rulebook looks at when it plans: the books' view of one invoice at one moment."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache, wraps
from typing import TypeVar

from dunning.business_days import BusinessCalendar
from dunning.case import Case
from dunning.conditions import CLEAR, Conditions
from dunning.customer import Customer
from dunning.keeping import kept
from dunning.own_rates import NO_RATES, OwnRates
from dunning.policy import Policy
from dunning.replacing import replace
from dunning.steps import Step

T = TypeVar("T")
MIDNIGHT = time(0)


@dataclass(frozen=True)
class LaterWave:
    """A new version newly contacts the customer only from `opens` on; `before` decided until it."""

    opens: datetime
    before: Policy


@dataclass(frozen=True)
class Situation:
    """An invoice's case, its customer, the policy and calendar that apply, and the moment."""

    case: Case
    customer: Customer
    policy: Policy
    calendar: BusinessCalendar
    now: datetime
    conditions: Conditions = CLEAR
    later: LaterWave | None = None
    rates: OwnRates = NO_RATES

    @kept
    def today(self) -> date:
        """The recipient's date."""
        return self.calendar.local_date(self.now)

    @kept
    def slot(self) -> float:
        """The customer's fixed place in a sending window, from 0 to 1."""
        return contact_slot(self.case.customer)

    def start_of(self, day: date) -> datetime:
        """The first moment of the recipient's day."""
        return self.calendar.moment(day, MIDNIGHT)

    def of(self, case: Case) -> Situation:
        """The same moment for another case of the customer, with the same policy."""
        other = replace(self, case=case)
        other.__dict__.update(today=self.today, slot=self.slot)
        return other


@dataclass(frozen=True)
class Remark:
    """Why a step is not carried out on its day; `passed_over` steps are not tried again."""

    step: str
    code: str
    why: str
    passed_over: bool = False


@dataclass(frozen=True)
class Plan:
    """The next step, and what has to be said about steps that are not it."""

    step: Step
    remarks: tuple[Remark, ...] = ()


def answered_once(question: Callable[[Situation], T]) -> Callable[[Situation], T]:
    """Keep a pure question's answer with the situation: the same is asked by many rules."""
    name = f"{question.__module__}.{question.__qualname__}"

    @wraps(question)
    def answer(situation: Situation) -> T:
        kept = situation.__dict__
        if name not in kept:
            kept[name] = question(situation)
        found: T = kept[name]
        return found

    return answer


@lru_cache(maxsize=4096)
def contact_slot(customer: str) -> float:
    """Spread customers evenly and for ever the same over a sending window, from 0 to 1."""
    digest = hashlib.sha256(customer.encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32
