"""Credit that leaves a payment: what was asked for, decided and done, and what may follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from dunning.credit_facts import (
    CreditFact,
    CreditMovedBy,
    CreditMoveDecided,
    CreditMoveProposed,
    CreditRefunded,
    CreditTransferred,
    CreditTransferUndone,
)
from dunning.money import Money
from dunning.proposal import same_person


@dataclass(frozen=True)
class CreditMove:
    """One refund or transfer of a payment's credit; open until it has an outcome.

    `on` is the day it was done, `undone_on` the day it was taken back.
    """

    adjustment: str
    what: CreditMovedBy
    amount: Money
    customer: str
    role: str
    reason: str
    to: str
    by: str
    at: datetime
    outcome: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    on: date | None = None
    done_at: datetime | None = None
    reference: str = ""
    undone_on: date | None = None
    undone_at: datetime | None = None

    @property
    def keeps(self) -> bool:
        """Whether the money cannot be used for anything else."""
        return self.outcome == "approved" and self.undone_on is None

    @property
    def state(self) -> str:
        """How far it is: proposed, approved, declined, cancelled, done or taken back."""
        if self.undone_on:
            return "taken back"
        return "done" if self.on else self.outcome or "proposed"


def credit_moves(history: Iterable[object]) -> tuple[CreditMove, ...]:
    """The moves that a payment's facts tell of, in the order of asking."""
    found: dict[str, CreditMove] = {}
    for fact in history:
        if isinstance(fact, CreditFact):
            found[fact.adjustment] = _after(found.get(fact.adjustment), fact)
    return tuple(found.values())


def kept_apart(moves: Iterable[CreditMove], currency: str) -> Money:
    """How much of the payment is gone, or approved to go."""
    kept = (one.amount for one in moves if one.keeps)
    return sum(kept, start=Money.zero(currency))


def refuse_credit_move(moves: Sequence[CreditMove], left: Money, fact: CreditFact) -> str | None:
    """Why the fact may not be recorded, worded for an associate; None when it may.

    `left` is what the payment has left that nothing uses.
    """
    known = next((one for one in moves if one.adjustment == fact.adjustment), None)
    match fact:
        case CreditMoveProposed():
            return _refuse_proposed(moves, left, fact)
        case CreditMoveDecided(outcome="cancelled"):
            return _refuse_cancelled(known, fact.adjustment)
        case CreditMoveDecided():
            return _refuse_decided(known, left, fact)
        case CreditRefunded() | CreditTransferred():
            return _refuse_done(known, fact)
        case CreditTransferUndone():
            return _refuse_undone(known, fact)


def _after(known: CreditMove | None, fact: CreditFact) -> CreditMove:
    if isinstance(fact, CreditMoveProposed):
        return CreditMove(
            fact.adjustment,
            fact.what,
            fact.amount,
            fact.customer,
            fact.role,
            fact.reason,
            fact.to,
            fact.by,
            fact.at,
        )
    assert known is not None, "a move is proposed before anything becomes of it"
    match fact:
        case CreditMoveDecided():
            outcome, by = fact.outcome, fact.by
            return replace(known, outcome=outcome, decided_by=by, decided_at=fact.at)
        case CreditRefunded():
            return replace(known, on=fact.on, done_at=fact.at, reference=fact.reference)
        case CreditTransferred():
            return replace(known, on=fact.on, done_at=fact.at, reference=fact.into)
        case CreditTransferUndone():
            return replace(known, undone_on=fact.on, undone_at=fact.at)


def _refuse_proposed(
    moves: Sequence[CreditMove], left: Money, fact: CreditMoveProposed
) -> str | None:
    waiting = [one for one in moves if not one.outcome]
    if waiting:
        return f"{waiting[0].adjustment} of payment {fact.payment} waits for a decision already."
    if not fact.reason.strip():
        return "Say why: an adjustment needs a reason."
    if fact.what == "transfer" and fact.to == fact.customer:
        return f"The credit is on the account of {fact.to} already."
    return _refuse_more(left, fact.amount)


def _refuse_decided(known: CreditMove | None, left: Money, fact: CreditMoveDecided) -> str | None:
    if known is None or known.outcome:
        return f"No {fact.adjustment} waits for a decision."
    if fact.outcome == "declined":
        return None
    if same_person(known.by, fact.by):
        return f"{fact.by} proposed it: another person has to approve it."
    return _refuse_more(left, known.amount)


def _refuse_cancelled(known: CreditMove | None, adjustment: str) -> str | None:
    if known is None or known.state not in ("proposed", "approved"):
        return f"No {adjustment} waits: it can be cancelled before it is done, not afterwards."
    return None


def _refuse_done(known: CreditMove | None, fact: CreditRefunded | CreditTransferred) -> str | None:
    what = "refund" if isinstance(fact, CreditRefunded) else "transfer"
    if known is None or known.what != what or known.state != "approved":
        return f"No approved {what} {fact.adjustment} waits to be done."
    return None if fact.amount == known.amount else f"{known.amount} was approved."


def _refuse_undone(known: CreditMove | None, fact: CreditTransferUndone) -> str | None:
    if known is not None and known.what == "refund" and known.on:
        return f"{known.adjustment} was paid out: money that left is not taken back by a button."
    if known is None or known.state != "done":
        return f"There is no transfer {fact.adjustment} to take back."
    return None if fact.amount == known.amount else f"{known.amount} was transferred, in one."


def _refuse_more(left: Money, amount: Money) -> str | None:
    if amount.currency != left.currency:
        return f"The payment is in {left.currency}, not {amount.currency}."
    if not 0 < amount.minor <= left.minor:
        return f"The payment has {left} left that nothing uses; {amount} cannot leave it."
    return None
