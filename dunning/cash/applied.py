"""What a payment pays at an invoice: its applications that nobody has undone or taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from dunning.cash_facts import (
    ApplicationUndone,
    CashMovement,
    DeductedFor,
    DeductionAllowed,
    DeductionUndone,
)
from dunning.facts import InvoiceFact, PaymentApplied, PaymentReversed
from dunning.money import Money


@dataclass(frozen=True)
class Deducted:
    """What was kept back together with an application."""

    amount: Money
    reason: DeductedFor


@dataclass(frozen=True)
class Applied:
    """One application: the invoice's fact `number` recorded it."""

    invoice: str
    number: int
    payment: str
    amount: Money
    on: date
    rule: str
    score: int
    why: str
    by: str
    at: datetime
    deducted: Deducted | None = None

    @property
    def name(self) -> str:
        """How people name it, such as ``INV-7#4``."""
        return f"{self.invoice}#{self.number}"


def applied_by(payment: str, invoice: str, history: Sequence[InvoiceFact]) -> list[Applied]:
    """The applications of the payment to the invoice that stand, oldest first.

    A payment the bank took back pays nothing: reversals end the latest applications first.
    """
    standing: list[Applied] = []
    for number, fact in enumerate(history, start=1):
        match fact:
            case PaymentApplied(payment=name) if name == payment:
                standing.append(_applied(invoice, number, fact))
            case DeductionAllowed(payment=name) if name == payment and standing:
                kept_back = Deducted(fact.amount, fact.reason)
                standing[-1] = replace(standing[-1], deducted=kept_back)
            case ApplicationUndone(payment=name) if name == payment:
                standing = [one for one in standing if one.number != fact.number]
            case PaymentReversed(payment=name) if name == payment:
                standing = _after_reversal(standing, fact.amount)
            case _:
                continue
    return standing


def undoing(one: Applied, at: datetime, by: str, on: date, reason: str) -> list[CashMovement]:
    """The facts that take an application back together with what was kept back with it."""
    undone = ApplicationUndone(
        at=at,
        by=by,
        number=one.number,
        payment=one.payment,
        amount=one.amount,
        on=on,
        reason=reason,
    )
    return [undone, *deduction_undoing(one, at, by, on)]


def deduction_undoing(one: Applied, at: datetime, by: str, on: date) -> list[CashMovement]:
    """The fact that what was kept back with the application is owed again, if anything was."""
    if one.deducted is None:
        return []
    return [
        DeductionUndone(
            at=at,
            by=by,
            payment=one.payment,
            amount=one.deducted.amount,
            on=on,
            reason=one.deducted.reason,
        )
    ]


def _applied(invoice: str, number: int, fact: PaymentApplied) -> Applied:
    return Applied(
        invoice,
        number,
        fact.payment,
        fact.amount,
        fact.on,
        fact.rule,
        fact.score,
        fact.why,
        fact.by,
        fact.at,
    )


def _after_reversal(standing: list[Applied], amount: Money) -> list[Applied]:
    left = amount
    kept = list(standing)
    while kept and left.minor > 0 and kept[-1].amount <= left:
        left -= kept.pop().amount
    return kept
