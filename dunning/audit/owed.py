"""What a customer owed over all its invoices at a moment, where a test needs more than one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from dunning.audit.life import Exposure, Life, Made
from dunning.audit.reasons import Claim
from dunning.audit.silence import Silence
from dunning.audit.view import View
from dunning.business_days import BusinessCalendar
from dunning.policy import CadenceStep, Policy


class _Open(NamedTuple):
    """An invoice's amounts over time, and when nobody was to be asked for it."""

    invoice: str
    currency: str
    moments: list[datetime]
    exposures: list[Exposure]
    silences: list[Silence]


class Asked(NamedTuple):
    """What is kept of a touch that is looked at when all invoices are known; minor units."""

    invoice: str
    currency: str
    at: datetime
    day: date
    step: str
    level: int
    balance: int
    least: int


class Owed:
    """Adds up the invoices of one customer; asks for sums only where one invoice is not enough."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._asked: list[Asked] = []
        self._courteous: list[Asked] = []
        self._sums: dict[tuple[datetime, str], int] = {}
        self._reminded: dict[datetime, bool] = {}

    def add(self, life: Life, silences: list[Silence]) -> None:
        """Take an invoice in."""
        moments = [one.at for one in life.exposures]
        opened = life.opened
        currency = opened.amount.currency
        self._open.append(_Open(opened.invoice, currency, moments, life.exposures, silences))

    def ask(self, view: View, made: Made) -> None:
        """Look at a touch later, when its own invoice does not tell whether it was right."""
        step = made.policy.step(made.fact.step)
        if step and step.condition == "no_open_reminder" and not made.held:
            self._courteous.append(_asked(view, made, step))
        is_dunning = made.fact.letter != "invoice" and not made.fact.step.startswith("promise:")
        # What was paid or held is another test's finding.
        if (
            is_dunning
            and made.asked > 0
            and not made.held
            and made.asked < _least(made.policy, view, step)
        ):
            self._asked.append(_asked(view, made, step))

    def uncalled_for(self, calendar: BusinessCalendar) -> Iterator[tuple[Asked, str, str]]:
        """The touches that should not have gone out, each with its code and why, in words."""
        for one in self._asked:
            worth = self.overdue(one.currency, one.at, calendar) if one.level else one.balance
            if worth < one.least:
                yield one, "BELOW_MINIMUM", "less was owed than the policy's minimum"
        for one in self._courteous:
            # What goes out at the same moment was not open before.
            if self._is_reminded(one.at - datetime.resolution, calendar):
                yield one, "OPEN_REMINDER", "the policy sends it only while no reminder is open"

    def bears_out(self, claim: Claim, calendar: BusinessCalendar) -> bool:
        """Whether all invoices together bear a recorded reason out."""
        step, policy = claim.judged.step, claim.judged.term.policy
        if claim.code == "OPEN_REMINDER":
            return step.condition == "no_open_reminder" and self._is_reminded(claim.at, calendar)
        least = policy.minimum(claim.currency, step).minor
        if step.level or step.action != "touch":
            return self.overdue(claim.currency, claim.at, calendar) < least
        mine = (one for one in self._open if one.invoice == claim.invoice)
        return any(_at(one, claim.at, calendar)[0] < least for one in mine)

    def overdue(self, currency: str, at: datetime, calendar: BusinessCalendar) -> int:
        """What was overdue in the currency and might be asked for, in minor units."""
        key = at, currency
        if key not in self._sums:
            today = calendar.local_date(at)
            mine = (_at(one, at, calendar) for one in self._open if one.currency == currency)
            self._sums[key] = sum(asked for asked, due, _ in mine if due < today)
        return self._sums[key]

    def _is_reminded(self, at: datetime, calendar: BusinessCalendar) -> bool:
        if at not in self._reminded:
            today = calendar.local_date(at)
            found = (_at(one, at, calendar) for one in self._open)
            reminded = (asked > 0 and due < today and level > 0 for asked, due, level in found)
            self._reminded[at] = any(reminded)
        return self._reminded[at]


def _asked(view: View, made: Made, step: CadenceStep | None) -> Asked:
    return Asked(
        invoice=view.invoice,
        currency=view.life.opened.amount.currency,
        at=made.fact.at,
        day=made.day,
        step=made.fact.step,
        level=made.fact.level,
        balance=made.balance,
        least=_least(made.policy, view, step),
    )


def _least(policy: Policy, view: View, step: CadenceStep | None) -> int:
    return policy.minimum(view.life.opened.amount.currency, step).minor


def _at(one: _Open, at: datetime, calendar: BusinessCalendar) -> tuple[int, date, int]:
    """What was asked for at the moment, when it was due, and the level reached."""
    place = bisect_right(one.moments, at)
    if not place:
        return 0, calendar.local_date(at), 0
    found = one.exposures[place - 1]
    held = any(silence.at(at) for silence in one.silences)
    return (0 if held else max(found.asked, 0)), found.due, found.level
