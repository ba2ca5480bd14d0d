"""Payments: what came in, and which part of it settles what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dunning.case import Case
from dunning.fact import Fact
from dunning.money import Money


@dataclass(frozen=True, kw_only=True)
class PaymentReceived(Fact):
    """A payment reached the bank on `on`; `reference` is what the payer wrote."""

    kind: Literal["payment_received"] = "payment_received"
    payment: str
    amount: Money
    on: date
    reference: str
    payer: str = ""


def names_invoice(payment: PaymentReceived, case: Case) -> bool:
    """Whether the payment's reference is exactly the invoice's number, in its currency."""
    return payment.reference == case.invoice and payment.amount.currency == case.amount.currency


def applications(payment: PaymentReceived, cases: Sequence[Case]) -> list[tuple[Case, Money]]:
    """How much of the payment goes to which case it names; what is left over stays unapplied."""
    left = payment.amount
    parts: list[tuple[Case, Money]] = []
    for case in cases:
        if not names_invoice(payment, case):
            continue
        part = min(left, case.balance)
        if part.minor > 0:
            parts.append((case, part))
            left -= part
    return parts
