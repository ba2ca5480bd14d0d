"""Deciding about credit that leaves a payment: a refund, or a transfer to another customer."""

from __future__ import annotations

from fastapi import APIRouter, Response

from commands.cases.decision_actions import DecisionActions
from commands.cash.credit_checks import waiting_move
from console.desk import Desk, TheDesk
from console.once import acted_once
from console.typed import TheForm, Typed
from dunning.proposal import same_person

router = APIRouter(prefix="/credits")


@router.get("/{payment:path}")
def credit_move(desk: TheDesk, payment: str) -> Response:
    """What is asked of a payment's credit."""
    return _page(desk, payment)


@router.post("/{payment:path}/do/decide")
def decide(desk: TheDesk, typed: TheForm, payment: str) -> Response:
    """Approve or decline; who asked for it is refused."""

    def work() -> str:
        decision = typed.choice("decision", ("approve", "decline"))
        note = typed.text("note", required=decision == "decline")
        typed.check()
        actions = desk.acting(DecisionActions)
        act = actions.approve_move if decision == "approve" else actions.decline_move
        return act(payment, note)

    def again(shown: Typed, status: int) -> Response:
        return _page(desk, payment, shown, status)

    return acted_once(desk, typed, work, "/approvals", again)


def _page(desk: Desk, payment: str, typed: Typed | None = None, status: int = 200) -> Response:
    with desk.parts.ledger.reading() as books:
        move = waiting_move(books, payment)
        owner, to = (books.customer(one) if one else None for one in (move.customer, move.to))
    return desk.page(
        "credit_move.html",
        status,
        typed=typed,
        payment=payment,
        move=move,
        owner=owner,
        to=to,
        mine=same_person(move.by, desk.visit.by),
    )
