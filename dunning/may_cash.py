"""What may be recorded about the money of a case; refusals are worded for an associate."""

from __future__ import annotations

from dunning.case import Case
from dunning.cash_facts import ApplicationUndone, CashMovement, DeductionAllowed, DeductionUndone
from dunning.facts import PaymentReversed


def refuse_cash(case: Case, fact: CashMovement | PaymentReversed) -> str | None:
    """Why money may not be taken back or kept back; None when it may."""
    match fact:
        case PaymentReversed() | ApplicationUndone() if fact.amount > case.paid:
            return f"Only {case.paid} was paid on invoice {case.invoice}."
        case DeductionAllowed() if fact.amount > case.balance:
            return f"Only {case.balance} of invoice {case.invoice} is open."
        case DeductionUndone() if fact.amount > case.credited:
            return f"Only {case.credited} was kept back from invoice {case.invoice}."
        case _:
            return None
