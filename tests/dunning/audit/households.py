"""Customers with several invoices, followed in memory by the scheduler's own rulebook.

Nothing here decides or judges: it records what planning, gate and consolidation say, so that the
auditor has clean histories to read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dunning import facts
from dunning.audit.account import (
    Account,
    Followed,
    Item,
    Message,
)
from dunning.business_days import BusinessCalendar
from dunning.customer import apply_to_customer, fold_customer
from dunning.customer_facts import CustomerFact, CustomerRecorded
from dunning.money import Money
from dunning.policy import Policy
from tests.dunning.audit.housed_invoices import Invoice
from tests.dunning.worlds import LONDON


@dataclass
class Household:
    """A customer, its invoices, the messages it got, and the moment all of them share."""

    recorded: CustomerRecorded
    calendar: BusinessCalendar = LONDON
    history: list[CustomerFact] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    items: dict[str, list[Item]] = field(default_factory=dict)
    # When money that no invoice uses came or (negative) left.
    unused: list[tuple[datetime, Money]] = field(default_factory=list)
    answers: Callable[[], str] = lambda: "sent"
    ends: datetime = datetime(2026, 5, 16, 23, tzinfo=UTC)

    def __post_init__(self) -> None:
        self.history.append(self.recorded)
        self.customer = fold_customer([self.recorded])

    @property
    def now(self) -> datetime:
        """The moment up to which it was followed."""
        return max((one.now for one in self.invoices), default=self.recorded.at)

    def credit_at(self, at: datetime) -> Money | None:
        """The money that no invoice uses at a moment; None without any."""
        known = sum((money for since, money in self.unused if since <= at), start=Money(0, "EUR"))
        return known if known.minor > 0 else None

    def tell(self, fact: CustomerFact) -> None:
        """Record a fact of the customer and let every invoice look again."""
        self.history.append(fact)
        self.customer = apply_to_customer(self.customer, fact)
        for one in self.invoices:
            one.customer = self.customer
            one.next = one.plan()

    def open(self, opening: facts.InvoiceOpened, policy: Policy) -> Invoice:
        """Follow one more invoice."""
        made = Invoice(
            opening=opening,
            customer=self.customer,
            policy=policy,
            calendar=self.calendar,
            now=opening.at,
            provider=self.answers,
            home=self,
        )
        self.invoices.append(made)
        return made

    def until(self, end: datetime) -> None:
        """Carry out what comes due for any of the invoices up to the moment, in its order."""
        for _ in range(1_000):
            due = [
                (at, number)
                for number, one in enumerate(self.invoices)
                if (at := one.moment()) and at <= end
            ]
            if not due:
                break
            at, number = min(due)
            one = self.invoices[number]
            one.now = max(one.now, at)
            one.next = one.carry_out(one.next)
        else:
            raise AssertionError("going round in circles")
        for one in self.invoices:
            one.now = max(one.now, end)

    def account(self) -> Account:
        """The customer as the auditor is given it."""
        return Account(
            self.recorded.customer,
            tuple(self.history),
            tuple(self.messages),
            self.calendar,
            tuple(self.unused),
        )

    def followed(self) -> list[Followed]:
        """The invoices as the auditor is given them."""
        return [one.as_followed() for one in self.invoices]
