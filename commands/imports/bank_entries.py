"""Payments a bank reports twice, in parts, or takes back: what the books know of them already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, select

from commands.cash.posting import Poster
from dunning import facts
from dunning.cash_facts import PaymentReturned
from dunning.may import NotAllowed
from dunning.money import Money
from intake.bank.numbers import part_of
from intake.payments import PaymentRow
from ledger.books import Books
from ledger.payments import Received, payment_of
from ledger.tables import PaymentRow as PaymentTable
from ledger.tables import table

_PAYMENT = table(PaymentTable).c
_SHORTEST_NAME = 4
# Ends a reversal's reason with the bank's own entry, so that the same file reverses once.
_ENTRY = "bank entry "


@dataclass
class Returned:
    """How many payments were taken back now, how many before; why others were not."""

    accepted: int = 0
    unchanged: int = 0
    warnings: list[str] = field(default_factory=list)


def known_payments(books: Books, rows: Sequence[PaymentRow]) -> set[str]:
    """The numbers among these rows that the books have.

    A batch is known when its first part is, and a part when its batch is: some banks book a
    batch in the statement and list its parts in a notice, and both name the same money.
    """
    asked = {row.payment: {row.payment} for row in rows}
    for row in rows:
        if row.account:
            asked[row.payment] |= {row.batch, part_of(row.payment, 1)} - {""}
    numbers = set[str]().union(*asked.values())
    found = select(_PAYMENT.payment).where(_PAYMENT.payment.in_(numbers))
    known = set(books.connection.execute(found).scalars())
    return {number for number, names in asked.items() if names & known}


def take_back(books: Books, rows: Iterable[PaymentRow], now: datetime, by: str) -> Returned:
    """Reverse the payment each row names, where the books know exactly one such payment."""
    returned = Returned()
    for row in rows:
        named = _named(books, row)
        if _was_taken_back(books, named, row):
            returned.unchanged += 1
            continue
        open_ones = [one for one in named if not _went_back(books, one)]
        refusal = _why_not(named, open_ones) or _reverse(books, open_ones[0], row, now, by)
        if refusal:
            went = f"Row {row.row}: {row.amount} went back{_because(row)}"
            returned.warnings.append(f"{went}, but {refusal}")
        else:
            returned.accepted += 1
    return returned


def _named(books: Books, row: PaymentRow) -> list[Received]:
    """The payments of this amount, not later than the return, that one of its texts names."""
    amounts = {one.minor for one in _amounts(row)}
    texts = {row.reference, row.structured_reference, row.end_to_end, *row.remittance} - {""}
    banks = {row.bank_reference, row.end_to_end, *row.remittance}
    starts = [
        _PAYMENT.payment.startswith(f"{name}-", autoescape=True)
        for name in banks
        if len(name) >= _SHORTEST_NAME
    ]
    found = select(_PAYMENT.payment).where(
        _PAYMENT.currency == row.amount.currency,
        _PAYMENT.amount_minor.in_(amounts),
        _PAYMENT.on <= row.on,
        or_(_PAYMENT.reference.in_(texts), _PAYMENT.payment.in_(banks), *starts),
    )
    numbers = books.connection.execute(found.order_by(_PAYMENT.payment)).scalars().all()
    payments = (payment_of(books.connection, number) for number in numbers)
    return [payment for payment in payments if payment]


def _amounts(row: PaymentRow) -> list[Money]:
    """What was paid once: the entry, what it says it was, or the entry without the bank's fee."""
    amounts = [row.amount]
    if row.original_amount and row.original_amount.currency == row.amount.currency:
        amounts.append(row.original_amount)
    if row.charges and row.charges.currency == row.amount.currency:
        amounts.append(row.amount - row.charges)
    return amounts


def _was_taken_back(books: Books, named: Sequence[Received], row: PaymentRow) -> bool:
    """Whether this entry, or a person after it, has reversed one of the payments before."""
    mark = _mark(row)
    return any(
        fact.reason.endswith(mark) or (_ENTRY not in fact.reason and fact.on >= row.on)
        for payment in named
        for fact in _reversals(books, payment)
    )


def _reversals(
    books: Books, payment: Received
) -> Iterator[facts.PaymentReversed | PaymentReturned]:
    """What the books say of the payment's going back, at its invoices and of itself."""
    streams = [f"payment:{payment.payment}", f"invoice:{payment.reference}"]
    for history in books.histories(streams).values():
        for fact in history:
            if (
                isinstance(fact, facts.PaymentReversed | PaymentReturned)
                and fact.payment == payment.payment
            ):
                yield fact


def _went_back(books: Books, payment: Received) -> bool:
    """Whether the payment went back already and pays nothing."""
    return payment.applied.minor == 0 and any(True for _ in _reversals(books, payment))


def _mark(row: PaymentRow) -> str:
    return f"{_ENTRY}{row.payment}"


def _why_not(named: Sequence[Received], open_ones: Sequence[Received]) -> str:
    if not named:
        return "no payment in the books is the one it names; look for it and reverse it by hand."
    if not open_ones:
        return f"payment {named[0].payment} went back before; look at it by hand."
    if len(open_ones) > 1:
        numbers = ", ".join(payment.payment for payment in open_ones[:3])
        return f"it may be any of {numbers}; reverse the right one by hand."
    return ""


def _reverse(books: Books, payment: Received, row: PaymentRow, now: datetime, by: str) -> str:
    """Record the return with its own date; the reason why not, if there is one."""
    reason = f"{row.returned_reason or 'returned'}, {_mark(row)}"
    try:
        Poster(books, now, by).take_back(payment.payment, row.on, reason)
    except NotAllowed as refusal:
        return str(refusal)
    return ""


def _because(row: PaymentRow) -> str:
    return f" ({row.returned_reason})" if row.returned_reason else ""
