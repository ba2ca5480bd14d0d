"""What tests of taking rows in share: the batches, and what the books then say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import func, select

from commands.imports import take_in
from commands.imports.take_in import Taken
from dunning.money import Money
from intake.rows import Rejected
from ledger.books import FACT
from ledger.ledger import Ledger
from ledger.payments import payment_of

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
CUSTOMERS = take_in.customers(NOW, "import")
INVOICES = take_in.invoices(NOW, "import")
PAYMENTS = take_in.payments(NOW, "import")

Row = TypeVar("Row")


def take(ledger: Ledger, batch: take_in.Batch[Row], *rows: Row | Rejected) -> Taken[Row]:
    """Take the rows in."""
    taken: Taken[Row] = Taken()
    list(take_in.take_in(ledger, rows, batch, taken))
    return taken


def facts(ledger: Ledger) -> int:
    """How many facts there are."""
    with ledger.reading() as books:
        return int(books.connection.execute(select(func.count()).select_from(FACT)).scalar_one())


def paid(ledger: Ledger, number: str = "I-1") -> Money:
    """How much was paid on the invoice."""
    with ledger.reading() as books:
        return books.case(number).paid


def unapplied(ledger: Ledger, number: str) -> Money:
    """What of a payment pays nothing."""
    with ledger.reading() as books:
        found = payment_of(books.connection, number)
    assert found is not None
    return found.amount - found.applied
