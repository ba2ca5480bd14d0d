"""What the tests record: an invoice, and things that happen to it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from dunning import facts
from dunning.case import Case
from dunning.contact_facts import Contact
from dunning.customer_facts import CustomerRecorded
from dunning.money import Money
from ledger.ledger import Ledger

AT = datetime(2026, 2, 2, 9, 30, 15, 123456, tzinfo=UTC)
DUE = date(2026, 3, 2)


def eur(minor: int) -> Money:
    """So many cents."""
    return Money(minor, "EUR")


def opened(
    invoice: str = "I-1", customer: str = "C-1", amount: Money | None = None
) -> facts.InvoiceOpened:
    """An invoice of 1,500 euros comes in."""
    return facts.InvoiceOpened(
        at=AT,
        by="import",
        invoice=invoice,
        customer=customer,
        entity="demo",
        amount=amount or eur(150_000),
        issue_date=AT.date(),
        due_date=DUE,
    )


def paid(minor: int, payment: str = "P-1", at: datetime = AT) -> facts.PaymentApplied:
    """So many cents come in."""
    return facts.PaymentApplied(
        at=at, by="import", payment=payment, amount=eur(minor), on=at.date()
    )


def paused(days: int = 30, note: str = "") -> facts.Paused:
    """A person pauses the case."""
    until = (AT + timedelta(days=days)).date()
    return facts.Paused(at=AT, by="ada", reason="system", until=until, note=note)


def described(customer: str = "C-1", *contacts: Contact) -> CustomerRecorded:
    """The ledger describes a customer."""
    return CustomerRecorded(
        at=AT, by="import", customer=customer, name="Ünal & Søn", country="DK", contacts=contacts
    )


def open_case(ledger: Ledger, invoice: str = "I-1", customer: str = "C-1") -> Case:
    """A new case in the books."""
    return ledger.transact(lambda books: books.open_case(opened(invoice, customer)))
