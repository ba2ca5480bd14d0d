"""A few invoices to simulate, and asking for it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from activities.planning import Planner
from commands.simulation.simulation import simulate
from dunning import facts
from dunning.contact_facts import Contact
from dunning.customer_facts import CustomerRecorded
from dunning.money import Money
from ledger.ledger import Ledger

START = datetime(2026, 3, 2, 6, tzinfo=UTC)


def met(ledger: Ledger, customer: str = "C-1", email: str = "pay@customer.example") -> None:
    """The ledger describes a German customer with one person who pays the bills."""
    fact = CustomerRecorded(
        at=START - timedelta(days=90),
        by="import",
        customer=customer,
        name="Halden AG",
        country="DE",
        timezone="Europe/Berlin",
        contacts=(Contact(f"{customer}/1", "Jana Kurz", "billing", email=email),),
    )
    ledger.transact(lambda books: books.record_customer(customer, fact))


def opened(
    invoice: str, due: date, customer: str = "C-1", policy: str = "", minor: int = 100_000
) -> facts.InvoiceOpened:
    """An invoice, of 1,000 euros, that came in on the day it was issued, thirty days before."""
    issued = due - timedelta(days=30)
    return facts.InvoiceOpened(
        at=datetime.combine(issued, time(6), UTC),
        by="import",
        invoice=invoice,
        customer=customer,
        entity="",
        amount=Money(minor, "EUR"),
        issue_date=issued,
        due_date=due,
        policy=policy,
    )


def simulated(
    ledger: Ledger,
    planner: Planner,
    *names: str,
    as_of: datetime = START,
    days: int = 30,
) -> dict[str, Any]:
    """Everybody follows the first policy named, the standard one without; compared to a second."""
    policy, against = (*names, *("standard_b2b", "")[len(names) :])
    return simulate(ledger, planner, policy, against, as_of, days, lambda _, __: None)
