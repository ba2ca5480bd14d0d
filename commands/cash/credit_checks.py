"""What must be so before credit leaves a payment; refusals are worded for an associate."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from dunning.cash_facts import PutOnAccount
from dunning.credit_facts import CreditFact
from dunning.credit_moves import CreditMove
from dunning.may import NotAllowed
from dunning.money import Money
from dunning.proposal import same_person
from ledger.books import Books
from ledger.cash import standing_of
from ledger.credits import moves_of, record_credit
from ledger.payments import payment_of


class Moved(NamedTuple):
    """What became of a payment's credit: the move, and what the payment has left to use."""

    payment: str
    move: CreditMove
    left: Money


def record_move(books: Books, payment: str, *facts: CreditFact) -> Moved:
    """Record what becomes of a move, and say what is left. Raises NotAllowed."""
    moves = record_credit(books, payment, *facts)
    known_ = payment_of(books.connection, payment)
    assert known_ is not None, "the caller has seen it"
    move = next(one for one in moves if one.adjustment == facts[-1].adjustment)
    return Moved(payment, move, known_.amount - known_.applied)


def waiting_move(books: Books, payment: str) -> CreditMove:
    """The move of the payment that waits for a decision. Raises NotAllowed."""
    found = [one for one in moves_of(books, payment) if not one.outcome]
    if not found:
        raise NotAllowed(f"No refund or transfer of payment {payment} waits for a decision.")
    return found[0]


def named_move(books: Books, adjustment: str) -> tuple[str, CreditMove]:
    """The payment and move of this name, such as ``P-1:m1``; the payment is locked."""
    payment = adjustment.rpartition(":")[0]
    lock_payment(books, payment)
    found = [one for one in moves_of(books, payment) if one.adjustment == adjustment]
    if not found:
        raise NotAllowed(f"There is no refund or transfer {adjustment} in the books.")
    return payment, found[0]


def owner_of(books: Books, payment: str, customer: str) -> str:
    """Whose credit it is: that of the account it is on, else who is named."""
    standing = standing_of(books, payment)
    owner = standing.customer if standing else ""
    if owner and customer not in ("", owner):
        raise NotAllowed(f"Payment {payment} is on the account of {owner}, not {customer}.")
    if not owner and not customer:
        raise NotAllowed(
            f"Payment {payment} is on nobody's account: say whose it is with --customer."
        )
    if not books.knows_customer(owner or customer):
        raise NotAllowed(f"There is no customer {customer} in the books.")
    return owner or customer


def parsed(amount: Decimal, currency: str) -> Money:
    """An amount in major units. Raises NotAllowed when it has more decimals than the currency."""
    try:
        return Money.parse(amount, currency)
    except ValueError as error:
        raise NotAllowed(f"{error}.") from None


def lock_payment(books: Books, payment: str) -> None:
    """Let nobody else use the payment until the transaction ends."""
    books.lock_customers([f"payment:{payment}"])


def check_put_on_no_account(books: Books, payment: str, by: str) -> None:
    """Refuse that whoever put it on the account lets it go. Raises NotAllowed."""
    history = books.histories([f"payment:{payment}"])[f"payment:{payment}"]
    posted = [one.by for one in history if isinstance(one, PutOnAccount)]
    if any(same_person(one, by) for one in posted):
        raise NotAllowed(f"{by} put it on the account: somebody else has to decide this.")
