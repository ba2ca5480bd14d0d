"""Ledgers to measure with: customers and invoices as the readers of files give them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

from commands.imports import take_in
from dunning.money import Money
from intake.contacts import ContactRow
from intake.customers import CustomerRow
from intake.invoices import InvoiceRow, read_invoices
from intake.rows import Rejected
from ledger.ledger import Ledger

BY = "bench"
AMOUNT = "500.00"
CURRENCY = "GBP"


def customer_rows(customers: Iterable[str]) -> list[CustomerRow]:
    """One customer a number, with a mailbox and a number that reach nobody."""
    return [_customer(number, customer) for number, customer in enumerate(customers, start=1)]


def invoice_rows(invoices: Sequence[tuple[str, str]], issued: date, due: date) -> list[InvoiceRow]:
    """One row for each (invoice, customer), all of the same amount and dates."""
    return [
        InvoiceRow(
            row=number,
            invoice=invoice,
            customer=customer,
            customer_name="",
            entity="",
            amount=Money.parse(AMOUNT, CURRENCY),
            issue_date=issued,
            due_date=due,
            distributed=True,
            policy="",
            reference="",
        )
        for number, (invoice, customer) in enumerate(invoices, start=1)
    ]


def write_invoices(path: Path, rows: Sequence[InvoiceRow]) -> None:
    """The same rows as a file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["invoice", "customer", "currency", "amount", "issue_date", "due_date"])
        for row in rows:
            dates = (row.issue_date.isoformat(), row.due_date.isoformat())
            writer.writerow([row.invoice, row.customer, CURRENCY, AMOUNT, *dates])


def meet(ledger: Ledger, customers: Iterable[str], now: datetime) -> None:
    """Record customers."""
    batch = take_in.customers(now, BY)
    for _ in take_in.take_in(ledger, customer_rows(customers), batch, take_in.Taken()):
        pass


def record(ledger: Ledger, rows: Iterable[InvoiceRow | Rejected], now: datetime) -> int:
    """Record invoices; how many were new."""
    taken: take_in.Taken[InvoiceRow] = take_in.Taken()
    for _ in take_in.take_in(ledger, rows, take_in.invoices(now, BY), taken):
        pass
    return taken.counts["accepted"]


def import_file(ledger: Ledger, path: Path, now: datetime) -> int:
    """Read a file of invoices and record them; how many were new."""
    return record(ledger, read_invoices(path), now)


def _customer(number: int, customer: str) -> CustomerRow:
    contact = ContactRow(
        name="Sam Sample",
        role="billing",
        email=f"{customer.lower()}@customer.invalid",
        # A number that Ofcom keeps for fiction.
        phone="+447700900123",
        sms_consent=True,
    )
    return CustomerRow(
        row=number,
        customer=customer,
        name=f"Customer {customer} Ltd",
        country="GB",
        subdivision="ENG",
        timezone="Europe/London",
        locale="en_GB",
        segment="",
        entity="",
        policy="",
        contacts=(contact,),
        closures=(),
    )
