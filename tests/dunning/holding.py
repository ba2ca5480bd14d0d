"""What holds a case, kept in the plainest way there is, without asking the rulebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dunning import facts
from dunning.adjustment_facts import Adjusted, InvoiceReopened
from dunning.business_days import BusinessCalendar
from dunning.dispute_facts import DisputeOpened, DisputeResolved
from dunning.facts import InvoiceFact
from dunning.money import Money
from dunning.promise_facts import PromiseMade, PromiseWithdrawn

DISPUTE_GRACE = timedelta(days=7)


@dataclass
class Holding:
    """What holds a case, kept in the plainest way there is."""

    paid: Money
    amount: Money
    paused_until: date | None = None
    promise: PromiseMade | None = None
    paid_before_promise: int = 0
    escalated: bool = False
    closed: bool = False

    def __post_init__(self) -> None:
        self.disputes: dict[str, Money | None] = {}
        # Resolved disputes whose amount is owed after all, and since when.
        self.upheld: dict[str, tuple[Money | None, datetime]] = {}
        self.credited = 0
        # Earlier promises: each counts again when the one after it was taken back.
        self.before: list[tuple[PromiseMade | None, int]] = []

    @property
    def balance(self) -> int:
        """What is open, in minor units."""
        return self.amount.minor - self.paid.minor - self.credited

    def hear(self, fact: InvoiceFact) -> None:  # noqa: C901, PLR0912 - one line a fact
        """Take one fact in."""
        match fact:
            case facts.PaymentApplied():
                self.paid += fact.amount
            case facts.PaymentReversed():
                self.paid -= fact.amount
            case facts.InvoiceAmended():
                self.amount = fact.amount
            case facts.Paused():
                self.paused_until = fact.until
            case PromiseWithdrawn():
                self.promise, self.paid_before_promise = self.before.pop()
            case PromiseMade():
                self.before.append((self.promise, self.paid_before_promise))
                self.promise, self.paid_before_promise = fact, self.paid.minor
            case facts.Escalated() if fact.hold:
                self.escalated = True
            case facts.Resumed():
                self.paused_until, self.promise, self.escalated = None, None, False
                self.before = []
            case DisputeOpened():
                self.disputes[fact.dispute] = fact.amount
            case DisputeResolved():
                self._resolve(fact)
            case facts.CreditApplied():
                self.credited += fact.amount.minor
            case Adjusted():
                self.credited -= fact.amount.minor
            case facts.WrittenOff() | facts.HandedOver():
                self.closed = True
            case InvoiceReopened():
                self.closed = False
            case _:
                pass

    def silent_because(self, today: date, calendar: BusinessCalendar, grace: int) -> str:
        """Why nobody may be written to today, or nothing."""
        if self.closed or self.balance <= 0:
            return "closed"
        if self.paused_until and today <= self.paused_until:
            return "paused"
        if self.escalated:
            return "escalated"
        if self._is_promised(today, calendar, grace):
            return "promised"
        held = [*self.disputes.values(), *self._in_grace(today, calendar)]
        amounts = [self.balance if one is None else one.minor for one in held]
        return "disputed" if amounts and sum(amounts) >= self.balance else ""

    def _resolve(self, fact: DisputeResolved) -> None:
        amount = self.disputes.pop(fact.dispute)
        if fact.outcome in ("upheld", "split"):
            left = amount - fact.credited if amount and fact.credited else amount
            self.upheld[fact.dispute] = left, fact.at

    def _in_grace(self, today: date, calendar: BusinessCalendar) -> list[Money | None]:
        return [
            amount
            for amount, at in self.upheld.values()
            if today <= calendar.local_date(at) + DISPUTE_GRACE
        ]

    def _is_promised(self, today: date, calendar: BusinessCalendar, grace: int) -> bool:
        if self.promise is None:
            return False
        kept = self.paid.minor - self.paid_before_promise >= self.promise.amount.minor
        last_day = calendar.business_days_after(self.promise.promised_on, grace)
        return not kept and today <= last_day


def holding(history: Sequence[InvoiceFact]) -> Holding:
    """What holds the case after these facts."""
    first, *later = history
    assert isinstance(first, facts.InvoiceOpened)
    held = Holding(Money.zero(first.amount.currency), first.amount)
    for fact in later:
        held.hear(fact)
    return held
