"""What must be so before a person acts on a payment; refusals are worded for an associate."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from commands.acting import money
from commands.cash.lookup import Lookup
from dunning.cash.item import Part
from dunning.facts import PaymentApplied
from dunning.may import NotAllowed
from dunning.money import Money
from dunning.payment import PaymentReceived
from ledger.books import Books
from ledger.cash import received, standing_of
from ledger.payments import payment_of


class Target(NamedTuple):
    """An invoice to pay, with an amount in major units, or None for all that is open."""

    invoice: str
    amount: Decimal | None = None


def parts_for(targets: Sequence[Target], lookup: Lookup, left: Money) -> tuple[Part, ...]:
    """What each target gets, in the order given. Raises NotAllowed."""
    if not targets or len({one.invoice for one in targets}) < len(targets):
        raise NotAllowed("Name each invoice once, and at least one.")
    parts = []
    for invoice, wanted in targets:
        if invoice not in lookup.cases:
            raise NotAllowed(f"There is no invoice {invoice} in the books.")
        case = lookup.cases[invoice]
        if case.amount.currency != left.currency:
            raise NotAllowed(
                f"Invoice {invoice} is in {case.amount.currency}, the payment in {left.currency}."
            )
        amount = money(wanted, case) if wanted is not None else min(left, case.balance)
        if case.balance.minor <= 0:
            raise NotAllowed(f"Invoice {invoice} owes nothing; the payment is for something else.")
        if amount.minor <= 0 or amount > case.balance:
            raise NotAllowed(f"Invoice {invoice} owes {case.balance}; {amount} cannot pay it.")
        if amount > left:
            raise NotAllowed(f"The payment has only {left} left for invoice {invoice}.")
        parts.append(Part(invoice, amount))
        left -= amount
    return tuple(parts)


def received_one(books: Books, payment: str) -> PaymentReceived:
    """The payment as the bank told it. Raises NotAllowed when there is none."""
    found = received(books, [payment])
    if payment not in found:
        raise NotAllowed(f"There is no payment {payment} in the books.")
    return found[payment]


def left_of(books: Books, payment: str) -> Money:
    """What the payment has left. Raises NotAllowed when that is nothing, or it went back."""
    known_ = payment_of(books.connection, payment)
    assert known_ is not None, "the caller has seen it"
    standing = standing_of(books, payment)
    if standing and standing.returned_on:
        raise NotAllowed(f"Payment {payment} went back on {standing.returned_on}.")
    left = known_.amount - known_.applied
    if left.minor <= 0:
        raise NotAllowed(f"Payment {payment} is used in full; undo something first.")
    return left


def payment_at(books: Books, invoice: str, number: str) -> str:
    """The payment that the invoice's fact of this number applied. Raises NotAllowed."""
    history = dict(books.history(invoice)) if number.isdecimal() else {}
    fact = history.get(int(number)) if history else None
    if not isinstance(fact, PaymentApplied):
        raise NotAllowed(f"There is no application {invoice}#{number} in the books.")
    return fact.payment
