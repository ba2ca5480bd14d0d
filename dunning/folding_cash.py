"""Folding: how money that is applied, taken back or rightly kept back changes a case."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from dunning import facts
from dunning.case import Case
from dunning.cash_facts import (
    ApplicationUndone,
    CashMovement,
    DeductionAllowed,
    DeductionUndone,
    ShortPaid,
)
from dunning.money import Money
from dunning.promise import Cash
from dunning.replacing import replace


def with_cash(
    case: Case,
    fact: facts.PaymentApplied | facts.PaymentReversed | ApplicationUndone,
    amount: Money,
) -> Case:
    """The case after money came in, or after a negative amount that went."""
    moved = Cash(fact.payment, amount, fact.on, fact.at)
    return settled(replace(case, paid=case.paid + amount, cash=(*case.cash, moved)), fact.on)


def after_cash(case: Case, fact: CashMovement | ShortPaid) -> Case:
    """The case after a correction or deduction; a short payment as such moves nothing."""
    match fact:
        case ApplicationUndone():
            return with_cash(case, fact, -fact.amount)
        case DeductionAllowed():
            return settled(replace(case, credited=case.credited + fact.amount), fact.on)
        case DeductionUndone():
            return settled(replace(case, credited=case.credited - fact.amount), fact.on)
        case ShortPaid():
            return case
        case _:
            assert_never(fact)


def settled(case: Case, on: date) -> Case:
    """The case with the day on which nothing came to be open, while nothing is."""
    return replace(case, settled_on=(case.settled_on or on) if case.is_settled else None)
