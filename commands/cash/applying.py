"""Applying payments as they come in: what is sure is posted, the rest waits for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from commands.cash.lookup import Lookup, other_currency
from commands.cash.posting import PostedTogether, Poster
from dunning.case import Case
from dunning.cash.item import OpenItem
from dunning.cash.matching import Evidence, proposals
from dunning.cash.rules import UNIQUE_SUM, CashRules
from dunning.payment import PaymentReceived
from ledger.books import Books
from ledger.cash import Unmatched, like_payments, unmatched
from ledger.ledger import Ledger
from ledger.rows import chunks

# So many of the oldest are looked at again after an import.
MOST_AGAIN = 2_000
# Where the bank is, the next day may have begun.
_AHEAD = timedelta(days=1)


@dataclass(frozen=True)
class Waiting:
    """What to tell of a payment: why it waits for people, or what is odd about an `applied` one."""

    payment: str
    why: str
    applied: bool = False


def apply_all(
    books: Books, payments: Sequence[PaymentReceived], rules: CashRules, now: datetime, by: str
) -> list[Waiting]:
    """Record payments that are new to the books and apply what is sure; the others, with why.

    What names its invoice goes first, so that no sum takes it away. What is dated in a month that
    is closed is applied all the same, and named: the month's list of late entries has it. What is
    dated more than a day ahead waits for its day, or for people.
    """
    books.record_payments(payments)
    return _applied(Poster(books, now, by, rules.small), payments, rules)


def match_again(
    ledger: Ledger, rules: CashRules, now: datetime, by: str, most: int = MOST_AGAIN
) -> int:
    """Apply payments that waited for an invoice that has come since; how many were applied.

    Only those nobody has decided about: what a person undid stays undone.
    """

    def work(books: Books, some: Sequence[Unmatched]) -> int:
        told = [replace(one.payment, amount=one.left) for one in some]
        waiting = _applied(Poster(books, now, by, rules.small), told, rules)
        return len(told) - sum(not one.applied for one in waiting)

    with ledger.reading() as books:
        waiting = unmatched(books, most, undecided=True)
    return sum(
        ledger.transact(lambda books, some=some: work(books, some))  # type: ignore[misc]
        for some in chunks(waiting)
    )


def _applied(
    poster: Poster, payments: Sequence[PaymentReceived], rules: CashRules
) -> list[Waiting]:
    lookup = Lookup(poster.books)
    lookup.read(payments)
    together = PostedTogether(poster, lookup, payments)
    waiting: list[Waiting] = []
    unnamed: list[PaymentReceived] = []
    today = poster.now.date()
    for payment in payments:
        found = proposals(payment, lookup.evidence(payment), rules)
        named = found and found[0].sure and found[0].rule != UNIQUE_SUM
        if named and not dated_ahead(payment, today):
            waiting += _late(lookup, payment, together.post(payment, found[0]), rules)
        else:
            unnamed.append(payment)
    for payment in unnamed:
        evidence = lookup.evidence(payment)
        found = proposals(payment, evidence, rules)
        if found and found[0].sure and not dated_ahead(payment, today):
            waiting += _late(lookup, payment, together.post(payment, found[0]), rules)
        else:
            best = found[0].why if found else ""
            why = why_not(poster.books, payment, evidence, best, today)
            waiting.append(Waiting(payment.payment, why))
    together.record()
    return waiting


def dated_ahead(payment: PaymentReceived, today: date) -> str:
    """Why a payment waits that is dated ahead of the day; "" for any other."""
    if payment.on <= today + _AHEAD:
        return ""
    return f"it is dated {payment.on}, which is still to come; kept unapplied until that day"


def why_not(
    books: Books, payment: PaymentReceived, evidence: Evidence, best: str, today: date
) -> str:
    """Why the payment was not applied: its date, another currency, closed invoice, doubt."""
    if ahead := dated_ahead(payment, today):
        return ahead
    owed = other_currency(payment, evidence)
    if owed:
        name = next(one.invoice for one in _named(evidence) if one.balance == owed)
        return (
            f"invoice {name} is in {owed.currency}, not {payment.amount.currency}; kept unapplied"
        )
    settled = [item for item in _named(evidence) if item.balance.minor <= 0]
    if settled and len(settled) == len(_named(evidence)):
        again = like_payments(books, payment)
        twin = f", perhaps {again[0]} once more" if again else ""
        return f"invoice {settled[0].invoice} owes nothing{twin}; kept unapplied"
    if best:
        return f"not sure ({best}); kept unapplied"
    named = f"no invoice {payment.reference}" if payment.reference else "it names no invoice"
    return f"{named}; kept unapplied"


def _late(
    lookup: Lookup, payment: PaymentReceived, cases: Sequence[Case], rules: CashRules
) -> list[Waiting]:
    """Whether the payment is dated in a closed month of an entity whose invoice it pays."""
    for entity in sorted({case.entity or rules.default_entity for case in cases}):
        closed = lookup.closed_until(entity)
        if closed and payment.on <= closed:
            why = f"{payment.on} is in a month that is closed; applied, and listed there as late"
            return [Waiting(payment.payment, why, applied=True)]
    return []


def _named(evidence: Evidence) -> list[OpenItem]:
    return list(dict.fromkeys((*evidence.structured, *evidence.named)))
