"""Facts about promises to pay: made, taken back, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from dunning.fact import Fact
from dunning.money import Money


@dataclass(frozen=True, kw_only=True)
class PromiseMade(Fact):
    """The customer promised to pay `amount` of this invoice by the day `promised_on`."""

    kind: Literal["promise_made"] = "promise_made"
    amount: Money
    promised_on: date
    note: str = ""
    reply: str = ""


@dataclass(frozen=True, kw_only=True)
class PromiseWithdrawn(Fact):
    """The latest promise does not count: it was never made, or was misread."""

    kind: Literal["promise_withdrawn"] = "promise_withdrawn"
    reason: str


@dataclass(frozen=True, kw_only=True)
class PromiseSettled(Fact):
    """What came of the promise for the day `promised_on`: `kept`, `part_kept`, `broken`, `void`.

    `number` counts the invoice's promises from 1. `paid` is what came in for it by its date and
    grace. A promise is void when the case closed, or the promise was replaced or lifted, before
    its time was over. A later one corrects it: money may be found, or bounce.
    """

    kind: Literal["promise_settled"] = "promise_settled"
    promised_on: date
    outcome: str
    paid: Money
    number: int = 1


PromiseFact = PromiseMade | PromiseWithdrawn | PromiseSettled
