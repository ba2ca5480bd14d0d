"""Facts of credit that no invoice uses, kept with its payment: refunded, or given to another.

What gives money away is asked for by one person and decided by another before it is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from dunning.fact import Fact
from dunning.money import Money

CreditMovedBy = Literal["refund", "transfer"]


@dataclass(frozen=True, kw_only=True)
class CreditMoveProposed(Fact):
    """Somebody asks to pay so much of the credit back, or to give it to the customer `to`.

    Another person, of the `role` or above, has to approve it; `customer` is whose credit it is.
    """

    kind: Literal["credit_move_proposed"] = "credit_move_proposed"
    payment: str
    adjustment: str
    what: CreditMovedBy
    amount: Money
    customer: str
    role: str
    reason: str
    to: str = ""


@dataclass(frozen=True, kw_only=True)
class CreditMoveDecided(Fact):
    """What became of it: `approved` as a role, `declined`, or `cancelled` before it was paid.

    What is approved is kept apart from then on: no invoice can use it any more.
    """

    kind: Literal["credit_move_decided"] = "credit_move_decided"
    payment: str
    adjustment: str
    outcome: Literal["approved", "declined", "cancelled"]
    role: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class CreditRefunded(Fact):
    """An approved refund left the bank on the day `on`, with the bank's own `reference`."""

    kind: Literal["credit_refunded"] = "credit_refunded"
    payment: str
    adjustment: str
    amount: Money
    on: date
    reference: str


@dataclass(frozen=True, kw_only=True)
class CreditTransferred(Fact):
    """An approved transfer: from the day `on` the credit is `into`, on the account of `to`."""

    kind: Literal["credit_transferred"] = "credit_transferred"
    payment: str
    adjustment: str
    amount: Money
    on: date
    to: str
    into: str


@dataclass(frozen=True, kw_only=True)
class CreditTransferUndone(Fact):
    """A transfer was wrong: the credit came back whole on the day `on`."""

    kind: Literal["credit_transfer_undone"] = "credit_transfer_undone"
    payment: str
    adjustment: str
    amount: Money
    on: date
    reason: str


CreditFact = (
    CreditMoveProposed
    | CreditMoveDecided
    | CreditRefunded
    | CreditTransferred
    | CreditTransferUndone
)
