"""A small ledger to report on: a name that calculates, two currencies, dispute, unapplied cash."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from dunning import facts
from dunning.contact_facts import Contact
from dunning.customer_facts import CustomerRecorded
from dunning.dispute_facts import DisputeOpened
from dunning.money import Money
from dunning.payment import PaymentReceived
from dunning.promise_facts import PromiseMade
from ledger.books import Books

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = date(2026, 3, 31)
NOW = datetime(2026, 4, 1, 8, tzinfo=UTC)
INJECTED = "=HYPERLINK(1)"


def csv_rows(path: Path) -> list[list[str]]:
    """The rows of a CSV file, its header first."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def fill(books: Books) -> None:
    """Two customers, three invoices."""
    books.record_customer("C-1", _customer("C-1", INJECTED))
    books.record_customer("C-2", _customer("C-2", "Quiet Ltd"))
    books.open_case(
        _opened("I-1", "C-1", Money(120_000, "EUR"), date(2026, 1, 1), date(2026, 1, 31))
    )
    books.open_case(_opened("I-2", "C-1", Money(5_000, "JPY"), date(2026, 3, 1), date(2026, 3, 31)))
    books.open_case(_opened("I-3", "C-2", Money(30_000, "EUR"), date(2026, 2, 1), date(2026, 3, 1)))
    later = AT + timedelta(days=60)
    part = Money(20_000, "EUR")
    raised = DisputeOpened(at=later, by="ada", dispute="I-1/1", reason="price", amount=part)
    books.record("I-1", raised)
    promised = PromiseMade(
        at=later, by="ada", amount=Money(30_000, "EUR"), promised_on=date(2026, 4, 3)
    )
    books.record("I-3", promised)
    received = PaymentReceived(
        at=later,
        by="import",
        payment="P-1",
        amount=Money(50_000, "EUR"),
        on=date(2026, 2, 15),
        reference="I-1",
    )
    books.record_payment(received, 40_000)
    paid = facts.PaymentApplied(
        at=later, by="import", payment="P-1", amount=Money(40_000, "EUR"), on=date(2026, 2, 15)
    )
    books.record("I-1", paid)


def _customer(number: str, name: str) -> CustomerRecorded:
    contact = Contact(f"{number}/1", "Ada", "billing", email="ada@customer.example")
    return CustomerRecorded(
        at=AT,
        by="import",
        customer=number,
        name=name,
        country="GB",
        contacts=(contact,),
        collector="dora" if number == "C-1" else "",
    )


def _opened(
    invoice: str, customer: str, amount: Money, issued: date, due: date
) -> facts.InvoiceOpened:
    return facts.InvoiceOpened(
        at=AT,
        by="import",
        invoice=invoice,
        customer=customer,
        entity="demo",
        amount=amount,
        issue_date=issued,
        due_date=due,
        reference="+PO 1",
    )
