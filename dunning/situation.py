"""What the rulebook looks at when it plans: the books' view of one invoice at one moment."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time

from dunning.business_days import BusinessCalendar
from dunning.case import Case
from dunning.conditions import CLEAR, Conditions
from dunning.customer import Customer
from dunning.policy import Policy
from dunning.steps import Step

MIDNIGHT = time(0)


@dataclass(frozen=True)
class Situation:
    """An invoice's case, its customer, the policy and calendar that apply, and the moment."""

    case: Case
    customer: Customer
    policy: Policy
    calendar: BusinessCalendar
    now: datetime
    conditions: Conditions = CLEAR

    @property
    def today(self) -> date:
        """The recipient's date."""
        return self.calendar.local_date(self.now)

    @property
    def slot(self) -> float:
        """The customer's fixed place in a sending window, from 0 to 1."""
        return contact_slot(self.case.customer)

    def start_of(self, day: date) -> datetime:
        """The first moment of the recipient's day."""
        return self.calendar.moment(day, MIDNIGHT)


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


def contact_slot(customer: str) -> float:
    """Spread customers evenly and for ever the same over a sending window, from 0 to 1."""
    digest = hashlib.sha256(customer.encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32
