"""Payments as they come in, and those that wait for people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from intake.payments import PaymentRow
from ledger.cash import unmatched
from ledger.ledger import Ledger
from tests.cast import day, eur, payment

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


def came(amount: str, text: str = "hello", number: str = "P-1", **more: object) -> PaymentRow:
    """A payment of the second day after the due date."""
    return replace(payment(number, eur(amount), day(2), text), **more)  # type: ignore[arg-type]


def waiting(ledger: Ledger) -> list[str]:
    """The payments that are not decided about."""
    with ledger.reading() as books:
        return [one.payment.payment for one in unmatched(books, 100)]
