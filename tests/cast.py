"""The cast of the dated stories: rows as the ledger's files give them, with usual values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from dunning.money import Money
from intake.contacts import ContactRow
from intake.customers import CustomerRow
from intake.invoices import InvoiceRow
from intake.payments import PaymentRow

# Mondays. In the stories "day 3" is three days after the due date.
ISSUED = date(2026, 2, 2)
DUE = date(2026, 3, 2)


def day(number: int) -> date:
    """So many days after the due date of the stories' invoice."""
    return DUE + timedelta(days=number)


def spoken(moment: date) -> str:
    """A date as people say it, such as ``Thu 5 Mar``."""
    return f"{moment:%a} {moment.day} {moment:%b}"


def eur(amount: str) -> Money:
    """An amount in euros."""
    return Money.parse(amount, "EUR")


def contact(name: str, role: str = "billing", phone: str = "") -> ContactRow:
    """A person of a customer; one with a telephone number agreed to text messages."""
    return ContactRow(name, role, f"{name.lower()}@customer.example", phone, bool(phone))


def customer(number: str = "C-1", *contacts: ContactRow, **changes: object) -> CustomerRow:
    """A British customer with one person who pays the bills."""
    known = CustomerRow(
        row=2,
        customer=number,
        name=f"Pellworth {number} Ltd",
        country="GB",
        subdivision="ENG",
        timezone="Europe/London",
        locale="en_GB",
        segment="",
        entity="",
        policy="",
        contacts=contacts or (contact("Grace"),),
        closures=(),
    )
    return replace(known, **changes)  # type: ignore[arg-type]  # Its own fields, by name.


def invoice(number: str = "I-1", of: str = "C-1", **changes: object) -> InvoiceRow:
    """An invoice of 1,500 euros, issued on 2 February and due on 2 March."""
    issued = InvoiceRow(
        row=2,
        invoice=number,
        customer=of,
        customer_name="",
        entity="",
        amount=eur("1500.00"),
        issue_date=ISSUED,
        due_date=DUE,
        distributed=True,
        policy="",
        reference="",
    )
    return replace(issued, **changes)  # type: ignore[arg-type]  # The same.


def payment(number: str, amount: Money, on: date, reference: str = "I-1") -> PaymentRow:
    """A payment as the bank's file gives it."""
    return PaymentRow(2, number, on, amount, reference, "")
