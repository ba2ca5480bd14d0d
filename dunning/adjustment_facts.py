"""Facts that move a balance without cash: credits, debits, refunds, transfers, cancellations.

What gives money up is asked for by one person and decided by another before it is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from dunning.fact import Fact
from dunning.money import Money

# What moves a balance; each is a kind of movement of its own.
AdjustedBy = Literal["credit_note", "debit_note", "small_balance", "refund", "transfer"]
# What may be asked for: besides, a cancellation and a claim that is waived.
AskedFor = Literal["credit_note", "debit_note", "refund", "transfer", "cancellation", "waiver"]


@dataclass(frozen=True, kw_only=True)
class AdjustmentProposed(Fact):
    """Somebody asks for an adjustment that another person, of the `role` or above, has to approve.

    `amount` is more than nothing; `to` is where a transfer goes, or the claim that is waived.
    """

    kind: Literal["adjustment_proposed"] = "adjustment_proposed"
    adjustment: str
    what: AskedFor
    amount: Money
    role: str
    reason: str
    to: str = ""


@dataclass(frozen=True, kw_only=True)
class AdjustmentDecided(Fact):
    """What became of a proposed adjustment: `approved` as a role, or `declined`."""

    kind: Literal["adjustment_decided"] = "adjustment_decided"
    adjustment: str
    outcome: Literal["approved", "declined"]
    role: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Adjusted(Fact):
    """The invoice owes `amount` more from the day `on`, or less where it is negative.

    `rule` says why nobody had to approve it: `small_balance` up to the recorded `limit`,
    `same_customer` for a transfer, `other_invoice` where that one's was approved, `ledger` for
    what the ledger tells. `undoes` names the adjustment that it takes back whole. `reference` is
    the bank's, or the document's number.
    """

    kind: Literal["adjusted"] = "adjusted"
    adjustment: str
    what: AdjustedBy
    amount: Money
    on: date
    reason: str
    other: str = ""
    reference: str = ""
    rule: Literal["", "small_balance", "same_customer", "other_invoice", "ledger"] = ""
    limit: Money | None = None
    undoes: str = ""


@dataclass(frozen=True, kw_only=True)
class InvoiceCancelled(Fact):
    """The invoice should not exist: what of it is not credited yet, `amount`, is owed no more."""

    kind: Literal["invoice_cancelled"] = "invoice_cancelled"
    adjustment: str
    amount: Money
    on: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class InvoiceReopened(Fact):
    """A cancellation was wrong, or what was written off is asked for again; `amount` is owed."""

    kind: Literal["invoice_reopened"] = "invoice_reopened"
    after: Literal["cancellation", "write_off"]
    amount: Money
    on: date
    reason: str


BalanceFact = Adjusted | InvoiceCancelled | InvoiceReopened
AdjustmentFact = AdjustmentProposed | AdjustmentDecided | BalanceFact
