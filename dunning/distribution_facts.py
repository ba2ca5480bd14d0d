"""Facts about the invoice itself on its way to the customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from dunning.fact import Fact

# How a person may know that the customer has the invoice.
DELIVERED_BY = ("customer_confirmed", "post", "portal", "handed_over", "email")


@dataclass(frozen=True, kw_only=True)
class InvoiceDelivered(Fact):
    """A person confirms that the customer has had the invoice since the day `on`, and how."""

    kind: Literal["invoice_delivered"] = "invoice_delivered"
    on: date
    how: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class InvoiceResendAsked(Fact):
    """A person asks Duncan to send the invoice again, which did not reach the customer."""

    kind: Literal["invoice_resend_asked"] = "invoice_resend_asked"
    note: str = ""


DistributionFact = InvoiceDelivered | InvoiceResendAsked
