"""What tests of reports ask the books, and how money comes in."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dunning import facts
from dunning.payment import PaymentReceived
from dunning.reports.aging import AgingRow, aging_rows
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.report_aging import By, aged_rows
from ledger.report_cash import (
    free_cash,
    unapplied_sums,
)
from ledger.report_items import ItemOn, open_items_on
from tests.ledger.entries import AT, DUE, eur

LATER = AT + timedelta(days=60)


def on(days: int) -> date:
    """So many days after the due date."""
    return DUE + timedelta(days=days)


def aged(ledger: Ledger, day: date, by: By = "customer") -> list[AgingRow]:
    with ledger.reading() as books:
        cash = unapplied_sums(free_cash(books.connection, day), by)
        return aging_rows(cash, aged_rows(books.connection, day, "due", by))


def items(ledger: Ledger, day: date, customer: str = "") -> list[ItemOn]:
    with ledger.reading() as books:
        return list(open_items_on(books.connection, day, customer))


def balance(ledger: Ledger, day: date) -> int:
    return sum(one.balance.minor for one in items(ledger, day))


def came_in(  # noqa: PLR0913 - what the tests vary
    ledger: Ledger,
    minor: int,
    day: date,
    *,
    pays: int | None = None,
    payer: str = "",
    at: datetime = AT,
) -> None:
    """A payment of I-1; `pays` of it settle the invoice."""
    used = minor if pays is None else pays
    payment = f"P-{day}-{minor}"

    received = PaymentReceived(
        at=at, by="import", payment=payment, amount=eur(minor), on=day, reference="I-1", payer=payer
    )
    applied = facts.PaymentApplied(at=at, by="import", payment=payment, amount=eur(used), on=day)

    def work(books: Books) -> None:
        books.record_payment(received, used)
        if used:
            books.record("I-1", applied)

    ledger.transact(work)
