"""Facts of cash application: what was applied wrongly, deducted, paid short, put on account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from dunning.fact import Fact
from dunning.money import Money

# What a payer may keep back for good: each is a kind of movement of its own.
DeductedFor = Literal["discount", "bank_fee", "withholding"]


@dataclass(frozen=True, kw_only=True)
class ApplicationUndone(Fact):
    """The application that the invoice's fact `number` recorded was wrong: its money is free again.

    It counts from the day `on`, so reports of earlier days stay as they were.
    """

    kind: Literal["application_undone"] = "application_undone"
    number: int
    payment: str
    amount: Money
    on: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class DeductionAllowed(Fact):
    """So much need not be paid, because the payer rightly kept it back from the payment."""

    kind: Literal["deduction_allowed"] = "deduction_allowed"
    payment: str
    amount: Money
    on: date
    reason: DeductedFor


@dataclass(frozen=True, kw_only=True)
class DeductionUndone(Fact):
    """What was kept back is owed again: its payment was applied wrongly, or went back."""

    kind: Literal["deduction_undone"] = "deduction_undone"
    payment: str
    amount: Money
    on: date
    reason: DeductedFor


@dataclass(frozen=True, kw_only=True)
class ShortPaid(Fact):
    """The payment left `amount` open, for a reason such as tolerance or discount_late."""

    kind: Literal["short_paid"] = "short_paid"
    payment: str
    amount: Money
    reason: str


@dataclass(frozen=True, kw_only=True)
class PutOnAccount(Fact):
    """What the payment has left is kept for the customer, who may use it for any invoice."""

    kind: Literal["put_on_account"] = "put_on_account"
    payment: str
    customer: str
    why: str


@dataclass(frozen=True, kw_only=True)
class TakenOffAccount(Fact):
    """What the payment has left is nobody's again: somebody has to find out whose it is."""

    kind: Literal["taken_off_account"] = "taken_off_account"
    payment: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class PaymentReturned(Fact):
    """The bank took the payment back on the day `on`, whether it had paid anything or not."""

    kind: Literal["payment_returned"] = "payment_returned"
    payment: str
    amount: Money
    on: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class PayerAliasLearnt(Fact):
    """Whoever pays from this account, or under this name, pays for the customer.

    `payer` is the hash that names the stream; `shown` is how people recognise the payer.
    """

    kind: Literal["payer_alias_learnt"] = "payer_alias_learnt"
    payer: str
    shown: str
    customer: str


@dataclass(frozen=True, kw_only=True)
class PayerAliasForgotten(Fact):
    """The payer does not stand for one customer any more."""

    kind: Literal["payer_alias_forgotten"] = "payer_alias_forgotten"
    payer: str
    reason: str


# Of an invoice: the first three move its balance.
CashMovement = ApplicationUndone | DeductionAllowed | DeductionUndone
PaymentFact = PutOnAccount | TakenOffAccount | PaymentReturned
PayerFact = PayerAliasLearnt | PayerAliasForgotten
