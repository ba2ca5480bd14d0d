"""What a customer owed over all its invoices at a moment, where a test needs more than one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import NamedTuple

from dunning.audit.account import Followed, Message
from dunning.audit.exposed import Exposed
from dunning.audit.life import Made
from dunning.audit.reasons import Claim
from dunning.audit.shared_sums import SharedSums
from dunning.audit.touch_policy import Fault
from dunning.audit.unused import unused_at
from dunning.audit.view import View
from dunning.business_days import BusinessCalendar
from dunning.policy import CadenceStep, Policy


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

    def __init__(self, messages: Mapping[str, Message]) -> None:
        self.sums = SharedSums(messages)
        self._exposed = Exposed()
        self._asked: list[Asked] = []
        self._courteous: list[Asked] = []
        self._with_money: list[tuple[Asked, int]] = []
        self._sums: dict[tuple[datetime, str], int] = {}
        self._reminded: dict[datetime, bool] = {}

    def add(self, view: View, followed: Followed) -> None:
        """Take an invoice in."""
        life = view.life
        self._exposed.add(life.opened.amount.currency, life.exposures, view.silences)
        self.sums.add(view, followed)

    def ask(self, view: View, made: Made) -> None:
        """Look at a touch later, when its own invoice does not tell whether it was right."""
        step = made.policy.step(made.fact.step)
        if step and step.condition == "no_open_reminder" and not made.held:
            self._courteous.append(_asked(view, made, step))
        if made.fact.letter != "invoice" and made.fact.claimant == view.invoice:
            self._ask_of_money(view, made, step)
        is_dunning = made.fact.letter != "invoice" and not made.fact.step.startswith("promise:")
        # What was paid or held is another test's finding.
        if (
            is_dunning
            and made.asked > 0
            and not made.held
            and made.asked < _least(made.policy, view, step)
        ):
            self._asked.append(_asked(view, made, step))

    def uncalled_for(self, calendar: BusinessCalendar) -> Iterator[tuple[Asked, Fault]]:
        """The touches that should not have gone out, each with what is wrong about it."""
        for one in self._asked:
            worth = self.overdue(one.currency, one.at, calendar) if one.level else one.balance
            if worth < one.least:
                yield one, Fault("A07", "BELOW_MINIMUM", "less was owed than the policy's minimum")
        for one in self._courteous:
            # What goes out at the same moment was not open before.
            if self._is_reminded(one.at - datetime.resolution, calendar):
                why = "the policy sends it only while no reminder is open"
                yield one, Fault("A07", "OPEN_REMINDER", why)
        for one, unused in self._with_money:
            worth = self.overdue(one.currency, one.at, calendar) if one.level else one.balance
            if unused >= worth:
                why = f"{unused} minor units of the customer's money lay unused; {worth} were owed"
                yield one, Fault("A09", "CREDIT_COVERS", why)

    def _ask_of_money(self, view: View, made: Made, step: CadenceStep | None) -> None:
        currency, before = view.life.opened.amount.currency, made.fact.at - datetime.resolution
        unused = unused_at(view.account.unapplied, before, currency)
        if unused > 0:
            self._with_money.append((_asked(view, made, step), unused))

    def bears_out(self, claim: Claim, calendar: BusinessCalendar) -> bool:
        """Whether all invoices together bear a recorded reason out."""
        step, policy = claim.judged.step, claim.judged.term.policy
        if claim.code == "OPEN_REMINDER":
            return step.condition == "no_open_reminder" and self._is_reminded(claim.at, calendar)
        least = policy.minimum(claim.currency, step).minor
        if step.level or step.action != "touch":
            return self.overdue(claim.currency, claim.at, calendar) < least
        return claim.asked < least

    def overdue(self, currency: str, at: datetime, calendar: BusinessCalendar) -> int:
        """What was overdue in the currency and might be asked for, in minor units."""
        key = at, currency
        if key not in self._sums:
            self._sums[key] = self._exposed.overdue(currency, at, calendar.local_date(at))
        return self._sums[key]

    def _is_reminded(self, at: datetime, calendar: BusinessCalendar) -> bool:
        if at not in self._reminded:
            self._reminded[at] = self._exposed.is_reminded(at, calendar.local_date(at))
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
