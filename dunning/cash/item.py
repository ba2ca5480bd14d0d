"""What matching sees: open items on one side, a proposal for a payment on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dunning.case import Case
from dunning.cash_facts import DeductedFor
from dunning.may import is_closed
from dunning.money import Money


@dataclass(frozen=True)
class OpenItem:
    """An invoice as matching sees it; `discount` may be kept back until `discount_until`."""

    invoice: str
    customer: str
    amount: Money
    balance: Money
    due_date: date
    reference: str = ""
    closed_why: str = ""
    discount: Money | None = None
    discount_until: date | None = None


@dataclass(frozen=True)
class Part:
    """What of a payment goes to one invoice, what is kept back with it, and what it leaves open."""

    invoice: str
    amount: Money
    deducted: Money | None = None
    deducted_for: DeductedFor | None = None
    short: Money | None = None
    short_for: str = ""


@dataclass(frozen=True)
class Proposal:
    """One way to understand a payment: by which rule, how likely (0 to 100) and why, in a sentence.

    `left` is what no part uses. Only `sure` ones are applied without a person.
    """

    rule: str
    score: int
    why: str
    customer: str
    parts: tuple[Part, ...]
    left: Money
    sure: bool = False

    @property
    def invoices(self) -> tuple[str, ...]:
        """The invoices it pays."""
        return tuple(part.invoice for part in self.parts)


def item_of(case: Case) -> OpenItem:
    """The case as an open item."""
    return OpenItem(
        invoice=case.invoice,
        customer=case.customer,
        amount=case.amount,
        balance=case.balance,
        due_date=case.due_date,
        reference=case.reference,
        closed_why="closed" if is_closed(case) and case.is_settled else "",
        discount=case.discount,
        discount_until=case.discount_until,
    )


def owed(items: Sequence[OpenItem]) -> Money:
    """What these items of one currency owe together."""
    nothing = Money.zero(items[0].balance.currency)
    return sum((item.balance for item in items), start=nothing)
