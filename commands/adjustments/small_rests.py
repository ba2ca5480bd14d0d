"""A small rest: what a payment left within the tolerance, given up and owed again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from activities.planning import DUNCAN
from commands.adjustments.effects import next_name, taken_back
from dunning.adjustment_facts import Adjusted
from dunning.case import Case
from dunning.cash_facts import ShortPaid
from dunning.facts import InvoiceFact
from dunning.write_off_rules import WriteOffRules

# The reason of a short payment that the tolerance covers.
TOLERANCE = "tolerance"


def small_balance(
    case: Case, history: Sequence[InvoiceFact], rules: WriteOffRules, now: datetime
) -> Adjusted | None:
    """What gives up the rest of an invoice that was paid within the tolerance, if it may go."""
    short = [fact for fact in history if isinstance(fact, ShortPaid)]
    left = case.balance
    if not short or short[-1].reason != TOLERANCE or not rules.is_small(left):
        return None
    # A dispute, or money that moved since, makes the rest something else than the tolerance.
    if left.minor <= 0 or left > short[-1].amount or case.disputed.minor or case.written_off:
        return None
    return Adjusted(
        at=now,
        by=DUNCAN,
        adjustment=next_name(case),
        what="small_balance",
        amount=-left,
        on=now.date(),
        reason=f"payment {short[-1].payment} left it within the tolerance",
        reference=short[-1].payment,
        rule="small_balance",
        limit=rules.limit(left.currency),
    )


def small_rest_undone(case: Case, payment: str, by: str, now: datetime) -> list[InvoiceFact]:
    """What takes the write-off of the rest back that the payment left, if there is one."""
    undone = {one.undoes for one in case.adjustments}
    facts: list[InvoiceFact] = [
        taken_back(case, one, f"payment {payment} does not pay it", (by, now))
        for one in case.adjustments
        if one.what == "small_balance"
        and one.reference == payment
        and not one.undoes
        and one.adjustment not in undone
    ]
    return facts[:1]
