"""The customers of a run: each has one overdue invoice, and its moment comes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

from chaos.place import Place
from dunning.situation import contact_slot

AMOUNT = "500.00"
CURRENCY = "GBP"
# The first reminder of the standard policy comes on this day.
_DUE_DAYS_AGO = 3


@dataclass(frozen=True)
class Debtor:
    """A customer with its invoice; `slot` is its moment as a part of the sending window."""

    customer: str
    invoice: str
    address: str
    slot: float


def crowd(size: int, seed: int, loaded: float) -> list[Debtor]:
    """So many customers with moments in the first, loaded part of the window, sorted by moment."""
    return sorted(islice(_early(seed, loaded), size), key=lambda one: one.slot)


def customer_rows(debtors: list[Debtor], place: Place) -> list[dict[str, Any]]:
    """The customers as the API takes them."""
    return [
        {
            "customer": one.customer,
            "name": f"Customer {one.customer} Ltd",
            "country": place.country,
            "timezone": place.zone,
            "locale": "en_GB",
            "contact_name": "Sam Sample",
            "contact_role": "billing",
            "email": one.address,
        }
        for one in debtors
    ]


def invoice_rows(debtors: list[Debtor], place: Place) -> list[dict[str, Any]]:
    """Their invoices as the API takes them."""
    return [
        {
            "invoice": one.invoice,
            "customer": one.customer,
            "currency": CURRENCY,
            "amount": AMOUNT,
            "issue_date": place.due(_DUE_DAYS_AGO + 30),
            "due_date": place.due(_DUE_DAYS_AGO),
        }
        for one in debtors
    ]


def _early(seed: int, loaded: float) -> Iterator[Debtor]:
    for number in count(1):
        customer = f"C{seed}-{number:05}"
        slot = contact_slot(customer)
        if slot < loaded:
            address = f"{customer.lower()}@customer.example"
            yield Debtor(customer, f"I{seed}-{number:05}", address, slot)
