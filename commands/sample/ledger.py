"""The sample ledger: four files of an invented business, for the demo to rehearse."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import TypeAlias

from commands.sample.customers import Closure, Contact, Customer, sample_customers
from commands.sample.history import sample_history
from commands.sample.invoices import Invoice, sample_invoices
from commands.sample.period import Period
from commands.sample.stories import Event, Payment
from dunning.money import Money

Row: TypeAlias = tuple[str, ...]

_ENTITY = "demo"
_LEAST_DAYS = 7
_CUSTOMER_COLUMNS = (
    "customer,name,country,subdivision,timezone,locale,segment,entity,policy,"
    "contact_name,contact_role,email,phone,sms_consent,closures"
)
_INVOICE_COLUMNS = (
    "invoice,customer,entity,currency,amount,issue_date,due_date,distributed,policy,reference"
)
_PAYMENT_COLUMNS = "payment,date,currency,amount,reference,payer"
_EVENT_COLUMNS = "date,action,invoice,amount,until,reason,by"


@dataclass(frozen=True, slots=True)
class SampleLedger:
    """Where the four files are, what they count and the period they play in."""

    customers_file: Path
    invoices_file: Path
    payments_file: Path
    events_file: Path
    first_day: date
    last_day: date
    customers: int
    invoices: int
    payments: int
    events: int


def write_sample_ledger(
    folder: Path, last_day: date, days: int = 90, seed: int = 7
) -> SampleLedger:
    """Write customers.csv, invoices.csv, payments.csv and events.csv into the folder.

    The period is the ``days`` days that end on ``last_day``; only due and promised dates
    and customers' closures lie after it. The same arguments give the same bytes. UTF-8, commas,
    ISO dates, amounts in major units of USD, GBP, EUR or JPY.
    Raises ValueError when the period is shorter than a week.
    """
    if days < _LEAST_DAYS:
        raise ValueError(f"A sample ledger needs at least {_LEAST_DAYS} days, not {days}.")
    rng = Random(seed)
    period = Period(last_day - timedelta(days - 1), last_day)
    customers = sample_customers(rng, period)
    invoices = sample_invoices(rng, customers, period)
    payments, events = sample_history(rng, invoices, period)
    folder.mkdir(parents=True, exist_ok=True)
    return SampleLedger(
        customers_file=_write(folder, "customers", _CUSTOMER_COLUMNS, _customer_rows(customers)),
        invoices_file=_write(folder, "invoices", _INVOICE_COLUMNS, map(_invoice_row, invoices)),
        payments_file=_write(folder, "payments", _PAYMENT_COLUMNS, map(_payment_row, payments)),
        events_file=_write(folder, "events", _EVENT_COLUMNS, map(_event_row, events)),
        first_day=period.first_day,
        last_day=period.last_day,
        customers=len(customers),
        invoices=len(invoices),
        payments=len(payments),
        events=len(events),
    )


def _write(folder: Path, name: str, columns: str, rows: Iterable[Row]) -> Path:
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns.split(","))
        writer.writerows(rows)
    return path


def _customer_rows(customers: Iterable[Customer]) -> Iterator[Row]:
    for customer in customers:
        for contact in customer.contacts:
            yield _customer_row(customer, contact)


def _customer_row(customer: Customer, contact: Contact) -> Row:
    return (
        customer.number,
        customer.name,
        customer.country.code,
        customer.place.subdivision,
        customer.place.timezone,
        customer.country.locale,
        customer.segment.name,
        _ENTITY,
        customer.policy,
        contact.name,
        contact.role,
        contact.email,
        contact.phone,
        _yes_or_no(yes=contact.sms_consent),
        _closures(customer.closures),
    )


def _yes_or_no(*, yes: bool) -> str:
    return "yes" if yes else "no"


def _closures(closures: Iterable[Closure]) -> str:
    return ";".join(f"{first}..{last}" for first, last in closures)


def _invoice_row(invoice: Invoice) -> Row:
    return (
        invoice.number,
        invoice.customer.number,
        _ENTITY,
        invoice.amount.currency,
        _decimal(invoice.amount),
        invoice.issued.isoformat(),
        invoice.due.isoformat(),
        _yes_or_no(yes=invoice.distributed),
        invoice.policy,
        invoice.reference,
    )


def _decimal(amount: Money | None) -> str:
    return "" if amount is None else str(amount.major)


def _payment_row(payment: Payment) -> Row:
    return (
        payment.number,
        payment.on.isoformat(),
        payment.amount.currency,
        _decimal(payment.amount),
        payment.reference,
        payment.payer,
    )


def _event_row(event: Event) -> Row:
    return (
        event.on.isoformat(),
        event.action,
        event.invoice.number,
        _decimal(event.amount),
        event.until.isoformat() if event.until else "",
        event.reason,
        event.by,
    )
