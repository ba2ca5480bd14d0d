"""Folding: how adjustments of the balance and claims beside it change a case."""

from __future__ import annotations

from typing import assert_never

from dunning.adjustment import Asked
from dunning.adjustment_facts import (
    Adjusted,
    AdjustmentDecided,
    AdjustmentFact,
    AdjustmentProposed,
    BalanceFact,
    InvoiceCancelled,
    InvoiceReopened,
)
from dunning.case import Case
from dunning.claim import after_claim
from dunning.claim_facts import ClaimFact, ClaimWaived
from dunning.folding_cash import settled
from dunning.movement import Movement
from dunning.replacing import replace


def after_adjustment(case: Case, fact: AdjustmentFact) -> Case:
    """The case after a fact about its adjustments."""
    match fact:
        case AdjustmentProposed():
            return replace(case, asked=(*case.asked, Asked.of(fact)))
        case AdjustmentDecided():
            decided = {"outcome": fact.outcome, "decided_by": fact.by}
            return _with_asked(case, fact.adjustment, **decided)
        case Adjusted() | InvoiceCancelled() | InvoiceReopened():
            return _moved(case, fact)
        case _:
            assert_never(fact)


def after_claim_fact(case: Case, fact: ClaimFact) -> Case:
    """The case after a fact about a claim; an approved waiver is done with it."""
    if isinstance(fact, ClaimWaived):
        case = _with_asked(case, fact.adjustment, done=True)
    return replace(case, claims=after_claim(case.claims, fact))


def adjustment_movements(case: Case, fact: BalanceFact) -> tuple[Movement, ...]:
    """How the fact moves the balance that reports show.

    After a write-off nothing is owed any more: what still moves is taken back out, but for the
    reopening, which brings back what the invoice owes by then.
    """
    amount = -fact.amount if isinstance(fact, InvoiceCancelled) else fact.amount
    kind = "cancellation"
    if isinstance(fact, Adjusted):
        kind = fact.what
    elif isinstance(fact, InvoiceReopened):
        kind = fact.after
    source = "" if isinstance(fact, InvoiceReopened) else fact.adjustment
    moved = Movement(kind, amount, fact.on, fact.at, source)
    if case.written_off is None or isinstance(fact, InvoiceReopened):
        return (moved,)
    on = max(fact.on, case.written_off.at.date())
    return moved, Movement("recovery", -amount, on, fact.at, source)


def _moved(case: Case, fact: BalanceFact) -> Case:
    moved = replace(case, movements=(*case.movements, *adjustment_movements(case, fact)))
    match fact:
        case Adjusted():
            adjusted = replace(
                moved,
                credited=case.credited - fact.amount,
                adjustments=(*case.adjustments, fact),
            )
            return settled(_with_asked(adjusted, fact.adjustment, done=True), fact.on)
        case InvoiceCancelled():
            less = replace(moved, credited=case.credited + fact.amount, cancelled=fact)
            return settled(_with_asked(less, fact.adjustment, done=True), fact.on)
        case InvoiceReopened(after="write_off"):
            return settled(replace(moved, written_off=None, resumed_at=fact.at), fact.on)
        case InvoiceReopened():
            credited = case.credited - fact.amount
            again = replace(moved, credited=credited, cancelled=None, resumed_at=fact.at)
            return settled(again, fact.on)
        case _:
            assert_never(fact)


def _with_asked(case: Case, adjustment: str, **changes: object) -> Case:
    asked = tuple(
        replace(one, **changes) if one.adjustment == adjustment else one  # type: ignore[arg-type]
        for one in case.asked
    )
    return replace(case, asked=asked)
