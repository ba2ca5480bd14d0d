"""A process that writes to the books: `python -m` with the database's URL and its own number."""

from __future__ import annotations

import sys
from datetime import timedelta

from dunning.facts import PaymentApplied
from ledger.books import Books
from ledger.engine import open_engine
from ledger.ledger import Ledger
from tests.ledger.entries import AT, opened, paid

TURNS = 25


def write(url: str, writer: int) -> None:
    """Record payments of one invoice everybody shares, and open invoices of one's own."""
    ledger = Ledger(open_engine(url))
    for turn in range(TURNS):
        payment = paid(1, f"P-{writer}-{turn}", AT + timedelta(seconds=turn))
        ledger.transact(lambda books, payment=payment: _pay(books, payment))  # type: ignore[misc]
        own = opened(f"I-{writer}-{turn}", f"C-{turn % 2}")
        ledger.transact(lambda books, own=own: books.open_case(own))  # type: ignore[misc]
    ledger.engine.dispose()


def _pay(books: Books, payment: PaymentApplied) -> None:
    books.lock_invoices(["I-1"])
    books.record("I-1", payment)


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]))
