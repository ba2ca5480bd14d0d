"""A promise to pay, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from dunning.money import Money
from dunning.promise_facts import PromiseMade, PromiseSettled


@dataclass(frozen=True)
class Promise:
    """A promise to pay `amount` by `promised_on`; `paid_before` is what was paid when it came."""

    amount: Money
    promised_on: date
    at: datetime
    paid_before: Money
    lifted: bool = False
    outcome: str = ""

    @classmethod
    def of(cls, fact: PromiseMade, paid: Money) -> Promise:
        """The promise a fact began."""
        return cls(fact.amount, fact.promised_on, fact.at, paid)

    def is_kept(self, paid: Money) -> bool:
        """Whether what came in since covers what was promised."""
        return paid - self.paid_before >= self.amount

    def after(self, fact: PromiseSettled) -> Promise:
        """The promise after an outcome, which may be that of another one."""
        mine = fact.promised_on == self.promised_on and not self.outcome
        return replace(self, outcome=fact.outcome) if mine else self
