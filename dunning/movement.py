"""Movements: what each fact did to an invoice's balance, and on which day it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from dunning import facts
from dunning.cash_facts import ApplicationUndone, CashMovement, DeductionAllowed
from dunning.money import Money

if TYPE_CHECKING:
    from dunning.case import Case

# A credit note of the customer's account pays.
CREDIT_USED = "credit_used"


@dataclass(frozen=True)
class Movement:
    """A change of what an invoice owes: negative where less is owed since the day `on`.

    `kind` is `payment`, `reversal`, `undone`, `credit_used` (a credit note of the account pays),
    `discount`, `bank_fee`, `withholding`, `credit`, `amendment`, `write_off` or `recovery`;
    `source` the payment or credit note. `on` is the value date, where there is none the UTC day
    of recording. An amendment keeps the due date before it.
    """

    kind: str
    amount: Money
    on: date
    at: datetime
    source: str = ""
    due_before: date | None = None


def movements(case: Case, fact: facts.LedgerFact) -> tuple[Movement, ...]:
    """How the fact moves the balance of the case it is about to be folded into.

    What comes in after a write-off is a recovery: it owes nobody anything, so it is taken back out
    on its day, but not before the write-off.
    """
    moved = _moved(case, fact)
    if moved is None or case.written_off is None:
        return (moved,) if moved else ()
    on = max(moved.on, case.written_off.at.date())
    return moved, Movement("recovery", -moved.amount, on, moved.at, moved.source)


def _moved(  # noqa: PLR0911 - one line a kind
    case: Case, fact: facts.LedgerFact
) -> Movement | None:
    if isinstance(fact, CashMovement):
        kind = _undone(case, fact) if isinstance(fact, ApplicationUndone) else fact.reason
        amount = -fact.amount if isinstance(fact, DeductionAllowed) else fact.amount
        return Movement(kind, amount, fact.on, fact.at, fact.payment)
    match fact:
        case facts.PaymentApplied():
            kind = "payment" if fact.of == "payment" else CREDIT_USED
            return Movement(kind, -fact.amount, fact.on, fact.at, fact.payment)
        case facts.PaymentReversed():
            return Movement("reversal", fact.amount, fact.on, fact.at, fact.payment)
        case facts.CreditApplied():
            return Movement("credit", -fact.amount, fact.on, fact.at, fact.credit)
        case facts.InvoiceAmended():
            change = fact.amount - case.amount
            return Movement("amendment", change, fact.at.date(), fact.at, "", case.due_date)
        case facts.WrittenOff():
            return Movement("write_off", -case.balance, fact.at.date(), fact.at)
        case _:
            return None


def _undone(case: Case, fact: ApplicationUndone) -> str:
    """No cash moves when a credit note was used, so none moves when that is undone."""
    used = any((one.kind, one.source) == (CREDIT_USED, fact.payment) for one in case.movements)
    return CREDIT_USED if used else "undone"
