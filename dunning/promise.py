"""A promise to pay, the money that came in for it, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dunning.money import Money
from dunning.promise_facts import PromiseMade, PromiseSettled
from dunning.replacing import replace

WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Cash:
    """Money applied to an invoice, or (negative) taken back; `on` is its value date."""

    payment: str
    amount: Money
    on: date
    at: datetime


@dataclass(frozen=True)
class Promise:
    """A promise to pay `amount` by `promised_on`.

    `paid_before` is what was paid when it came, and `cash_before` of how many movements.
    """

    amount: Money
    promised_on: date
    at: datetime
    paid_before: Money
    cash_before: int = 0
    lifted: bool = False
    outcome: str = ""

    @classmethod
    def of(cls, fact: PromiseMade, paid: Money, cash_before: int = 0) -> Promise:
        """The promise a fact began."""
        return cls(fact.amount, fact.promised_on, fact.at, paid, cash_before)

    @property
    def withdrawn(self) -> bool:
        """Whether it was never made, or was misread."""
        return self.outcome == WITHDRAWN

    def is_kept(self, paid: Money) -> bool:
        """Whether what came in since covers what was promised."""
        return paid - self.paid_before >= self.amount

    def received(self, cash: Sequence[Cash], last_day: date) -> Money:
        """What came in for it with a value date up to and including the day."""
        return received(cash[self.cash_before :], last_day, self.amount.currency)

    def after(self, fact: PromiseSettled) -> Promise:
        """The promise with its outcome."""
        return replace(self, outcome=fact.outcome)


def received(cash: Sequence[Cash], last_day: date, currency: str) -> Money:
    """What these movements bring with value dates up to the day, less what was taken back of it.

    That something older was taken back does not count against it.
    """
    in_time = {one.payment for one in cash if one.amount.minor > 0 and one.on <= last_day}
    counted = (
        one.amount
        for one in cash
        if one.payment in in_time and (one.amount.minor < 0 or one.on <= last_day)
    )
    return sum(counted, start=Money.zero(currency))
