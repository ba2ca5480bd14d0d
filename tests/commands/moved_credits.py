"""Credit that leaves a payment in a random history: refunded, transferred, transferred back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from dunning.cash_facts import PaymentReturned
from dunning.credit_facts import (
    CreditMoveDecided,
    CreditMoveProposed,
    CreditRefunded,
    CreditTransferred,
    CreditTransferUndone,
)
from dunning.money import Money
from dunning.payment import PaymentReceived
from ledger.books import Books
from ledger.cash import note_decision
from ledger.credits import moves_of, record_credit
from ledger.payments import payment_of


def move_credit(books: Books, payment: str, one: Any, at: datetime, on: date) -> None:  # noqa: ANN401 - a happening
    """Do what the happening says to a part of what the payment has left."""
    moves = moves_of(books, payment)
    if one.kind == "transfer_back":
        for move in moves:
            if move.what == "transfer" and move.state == "done":
                _bring_back(books, payment, move.adjustment, at, on)
        return
    known = payment_of(books.connection, payment)
    assert known
    left = known.amount - known.applied
    amount = Money(max(left.minor * one.part // 120, 1), left.currency)
    what: Literal["refund", "transfer"] = "refund" if one.kind == "refund" else "transfer"
    named: dict[str, Any] = {"at": at, "payment": payment}
    named["adjustment"] = name = f"{payment}:m{len(moves) + 1}"
    asked = CreditMoveProposed(
        by="ada",
        what=what,
        amount=amount,
        customer="C-1",
        role="r",
        reason="why",
        to="C-2" if what == "transfer" else "",
        **named,
    )
    agreed = CreditMoveDecided(by="bea", outcome="approved", **named)
    done: CreditRefunded | CreditTransferred = CreditRefunded(
        by="cleo", amount=amount, on=on, reference="B", **named
    )
    if what == "transfer":
        done = CreditTransferred(by="bea", amount=amount, on=on, to="C-2", into=name, **named)
    # Every third refund is approved and not paid.
    facts = [asked, agreed, *([] if what == "refund" and one.which % 3 == 0 else [done])]
    record_credit(books, payment, *facts)
    if what == "transfer":
        came = PaymentReceived(
            at=at, by="bea", payment=name, amount=amount, on=on, reference="", payer="C-2"
        )
        books.record_payment(came, 0)


def _bring_back(books: Books, payment: str, name: str, at: datetime, on: date) -> None:
    into = payment_of(books.connection, name)
    assert into
    back = CreditTransferUndone(
        at=at,
        by="ada",
        payment=payment,
        adjustment=name,
        amount=into.amount,
        on=on,
        reason="wrong",
    )
    record_credit(books, payment, back)
    gone = PaymentReturned(at=at, by="ada", payment=name, amount=into.amount, on=on, reason="back")
    note_decision(books, name, gone)
