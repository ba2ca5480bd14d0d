"""Payments: what came in, as the bank told it; dunning/cash says which invoices it is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from dunning.fact import Fact
from dunning.money import Money

# What money or credit on an account came as.
CreditOf = Literal["payment", "credit_note"]


@dataclass(frozen=True, kw_only=True)
class PaymentReceived(Fact):
    """A payment reached the bank on `on`; `reference` is what the payer wrote.

    `of` is what it is: a payment, or a credit note that belongs to no invoice; then `on` is its
    day and `payer` its customer. `texts` is all else that was written, one line each; `original`
    what the payer ordered before the bank took `charges`. Tables of payments give none of these.
    """

    kind: Literal["payment_received"] = "payment_received"
    payment: str
    amount: Money
    on: date
    reference: str
    payer: str = ""
    texts: tuple[str, ...] = ()
    structured: str = ""
    payer_iban: str = ""
    charges: Money | None = None
    original: Money | None = None
    of: CreditOf = "payment"
