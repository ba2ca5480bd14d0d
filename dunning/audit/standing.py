"""The auditor's own folding of an invoice: what is open, what holds it, how far it was dunned."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from dunning import cash_facts, dispute_facts, facts, promise_facts, proposal_facts, touch_facts
from dunning.adjustment_facts import Adjusted, InvoiceCancelled, InvoiceReopened
from dunning.audit.silence import end_of
from dunning.business_days import BusinessCalendar
from dunning.distribution_facts import InvoiceDelivered, InvoiceResendAsked
from dunning.facts import InvoiceFact
from dunning.policy import Policy

GRACIOUS = ("upheld", "split")


@dataclass(slots=True)
class Quarrel:
    """A dispute: `minor` is what it holds, None for everything."""

    at: datetime
    minor: int | None
    outcome: str = ""
    resolved_at: datetime | None = None
    released: bool = False


@dataclass(slots=True)
class Pledge:
    """A promise: the day, the amount, and what was paid before it."""

    fact: promise_facts.PromiseMade
    paid_before: int
    lifted: bool = False
    withdrawn: bool = False
    outcome: str = ""


@dataclass(slots=True)
class Standing:
    """One invoice after some of its facts; amounts in minor units."""

    amount: int
    due: date
    policy: str
    distributed: bool
    paid: int = 0
    credited: int = 0
    ended: str = ""
    undelivered: bool = False
    pause: facts.Paused | None = None
    escalated: bool = False
    requested_at: datetime | None = None
    # Since when a promise waits for somebody's approval.
    promise_asked_at: datetime | None = None
    pledges: list[Pledge] = field(default_factory=list)
    quarrels: dict[str, Quarrel] = field(default_factory=dict)
    approved: set[str] = field(default_factory=set)

    @property
    def balance(self) -> int:
        """What is open."""
        return self.amount - self.paid - self.credited

    @property
    def closed(self) -> str:
        """Why nobody follows it any more, or nothing."""
        return self.ended or ("PAID" if self.balance <= 0 else "")

    def stated(self) -> int:
        """What a letter may ask for: not what disputes hold, in their days of grace included."""
        if not self.quarrels:
            return self.balance
        held = [q for q in self.quarrels.values() if not q.outcome or _gracious(q)]
        return self.balance - self._sum(held)

    def pledge(self) -> Pledge | None:
        """The latest promise that nobody lifted or took back."""
        return next((one for one in reversed(self.pledges) if not one.lifted), None)

    def _sum(self, quarrels: list[Quarrel]) -> int:
        open_minor = max(self.balance, 0)
        if any(one.minor is None for one in quarrels):
            return open_minor
        return min(open_minor, sum(one.minor or 0 for one in quarrels))

    def hear(self, fact: InvoiceFact) -> None:  # noqa: C901, PLR0912 - one line a fact
        """Take one fact in."""
        match fact:
            case facts.PaymentApplied():
                self.paid += fact.amount.minor
            case facts.PaymentReversed() | cash_facts.ApplicationUndone():
                self.paid -= fact.amount.minor
            case facts.CreditApplied() | cash_facts.DeductionAllowed():
                self.credited += fact.amount.minor
            case cash_facts.DeductionUndone():
                self.credited -= fact.amount.minor
            case facts.InvoiceAmended():
                self.amount, self.due, self.policy = fact.amount.minor, fact.due_date, fact.policy
            case facts.WrittenOff():
                self.ended = "WRITTEN_OFF"
            case facts.HandedOver():
                self.ended = self.ended or "HANDED_OVER"
            case facts.Paused():
                self.pause = fact
            case facts.Resumed():
                self._resume()
            case facts.Escalated() if fact.hold:
                self.escalated = True
            case touch_facts.TouchApproved():
                self.approved.add(fact.step)
            case touch_facts.SendRequested():
                self.requested_at = fact.at
            case _:
                self._hear_of_the_invoice(fact)
                self._hear_of_promises(fact)
                self._hear_of_disputes(fact)

    def _hear_of_the_invoice(self, fact: InvoiceFact) -> None:
        match fact:
            case touch_facts.TouchReworded():
                self.approved.discard(fact.step)
            case Adjusted():
                self.credited -= fact.amount.minor
            case InvoiceCancelled():
                self.credited += fact.amount.minor
            case InvoiceReopened(after="write_off"):
                self.ended = ""
            case InvoiceReopened():
                self.credited -= fact.amount.minor
            case InvoiceDelivered() | InvoiceResendAsked():
                self.undelivered = False
                self.distributed = isinstance(fact, InvoiceDelivered)
            case _:
                return

    def _hear_of_promises(self, fact: InvoiceFact) -> None:
        match fact:
            case promise_facts.PromiseMade():
                self.pledges.append(Pledge(fact, self.paid))
            case promise_facts.PromiseWithdrawn():
                self._withdraw()
            case promise_facts.PromiseSettled() if fact.number <= len(self.pledges):
                self.pledges[fact.number - 1].outcome = fact.outcome
            case proposal_facts.ProposalMade(what="promise"):
                self.promise_asked_at = fact.at
            case proposal_facts.ProposalDecided(what="promise"):
                self.promise_asked_at = None
            case _:
                return

    def _resume(self) -> None:
        self.pause, self.escalated = None, False
        for one in self.pledges:
            one.lifted = True

    def _withdraw(self) -> None:
        latest = self.pledge()
        if latest:
            latest.lifted = latest.withdrawn = True

    def _hear_of_disputes(self, fact: InvoiceFact) -> None:
        match fact:
            case dispute_facts.DisputeOpened():
                minor = fact.amount.minor if fact.amount else None
                self.quarrels[fact.dispute] = Quarrel(fact.at, minor)
            case dispute_facts.DisputeResolved() if fact.dispute in self.quarrels:
                quarrel = self.quarrels[fact.dispute]
                quarrel.outcome, quarrel.resolved_at = fact.outcome, fact.at
                if quarrel.minor is not None and fact.credited:
                    quarrel.minor -= fact.credited.minor
            case dispute_facts.DisputeReleased() if fact.dispute in self.quarrels:
                self.quarrels[fact.dispute].released = True
            case _:
                return


def grace_ends(quarrel: Quarrel, calendar: BusinessCalendar, policy: Policy) -> datetime:
    """When the days of grace after a dispute are over."""
    assert quarrel.resolved_at is not None, "only what was resolved has days of grace"
    day = calendar.local_date(quarrel.resolved_at) + timedelta(days=policy.dispute.grace_days)
    return end_of(day, calendar)


def _gracious(quarrel: Quarrel) -> bool:
    return quarrel.outcome in GRACIOUS and not quarrel.released
