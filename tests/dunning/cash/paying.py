"""Payments and open items for tests of cash application, with usual values."""

from __future__ import annotations

from datetime import UTC, date, datetime

from dunning.cash.item import OpenItem
from dunning.money import Money
from dunning.payment import PaymentReceived

AT = datetime(2026, 3, 9, 12, tzinfo=UTC)
ON = date(2026, 3, 9)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def payment(amount: int, reference: str = "", *texts: str, **changes: object) -> PaymentReceived:
    """A payment of so many cents."""
    fields: dict[str, object] = {"on": ON, "payment": "P-1", "payer": "ACME GmbH"} | changes
    return PaymentReceived(
        at=AT,
        by="import",
        amount=eur(amount),
        reference=reference,
        texts=texts,
        **fields,  # type: ignore[arg-type]  # Its own fields, by name.
    )


def item(invoice: str, balance: int, **changes: object) -> OpenItem:
    """An open invoice of C-1 over so many cents, due on 1 March."""
    fields: dict[str, object] = {"amount": eur(balance), "due_date": date(2026, 3, 1)} | changes
    return OpenItem(
        invoice=invoice,
        customer="C-1",
        balance=eur(balance),
        **fields,  # type: ignore[arg-type]  # The same.
    )
