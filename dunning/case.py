"""The case of one invoice, folded from its facts. It answers questions; it decides nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import reduce
from typing import assert_never

from dunning import facts, touch_facts
from dunning.facts import InvoiceFact
from dunning.holdings import Dispute, Escalation, Pause, Promise, Task, Touch, Withheld
from dunning.money import Money


@dataclass(frozen=True)
class Case:
    """One invoice as the books know it; amounts in the invoice's currency."""

    invoice: str
    customer: str
    entity: str
    amount: Money
    issue_date: date
    due_date: date
    distributed: bool
    policy: str
    reference: str
    opened_at: datetime
    paid: Money
    settled_on: date | None = None
    written_off: facts.WrittenOff | None = None
    handed_over: facts.HandedOver | None = None
    pause: Pause | None = None
    promises: tuple[Promise, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    escalation: Escalation | None = None
    tasks: tuple[Task, ...] = ()
    approvals: tuple[tuple[str, datetime], ...] = ()
    touches: tuple[Touch, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    send_requested_at: datetime | None = None
    resumed_at: datetime | None = None

    @property
    def balance(self) -> Money:
        """What is open; negative when the customer paid too much."""
        return self.amount - self.paid

    @property
    def is_settled(self) -> bool:
        """Whether nothing is open any more."""
        return self.balance.minor <= 0

    @property
    def disputed(self) -> Money:
        """How much of the balance is under dispute; a dispute without amount is about all."""
        open_disputes = [dispute for dispute in self.disputes if dispute.is_open]
        if any(dispute.amount is None for dispute in open_disputes):
            return self.balance
        amounts = (dispute.amount for dispute in open_disputes if dispute.amount is not None)
        return min(self.balance, sum(amounts, start=Money.zero(self.amount.currency)))

    @property
    def level(self) -> int:
        """The highest dunning level that was sent, 0 before the first reminder."""
        return max((touch.level for touch in self.touches if touch.counts), default=0)

    @property
    def last_touch(self) -> Touch | None:
        """The latest touch that counts as made."""
        return next((touch for touch in reversed(self.touches) if touch.counts), None)

    @property
    def promise(self) -> Promise | None:
        """The latest promise that nobody lifted."""
        return next((promise for promise in reversed(self.promises) if not promise.lifted), None)

    def task_for(self, step: str, what: str) -> Task | None:
        """The task a step opened for people, if it did."""
        return next((t for t in self.tasks if t.step == step and t.what == what), None)

    def approved_at(self, step: str) -> datetime | None:
        """When a person approved the step's touch."""
        return next((at for approved, at in reversed(self.approvals) if approved == step), None)

    def latest_withheld(self, step: str) -> Withheld | None:
        """The latest reason why the step was not carried out."""
        return next((one for one in reversed(self.withheld) if one.step == step), None)


def fold(history: Iterable[InvoiceFact]) -> Case:
    """The case after all its facts, the first of which opened the invoice."""
    opened, *later = history
    assert isinstance(opened, facts.InvoiceOpened), "a case begins when its invoice opens"
    return reduce(apply, later, _opened(opened))


def _opened(fact: facts.InvoiceOpened) -> Case:
    return Case(
        invoice=fact.invoice,
        customer=fact.customer,
        entity=fact.entity,
        amount=fact.amount,
        issue_date=fact.issue_date,
        due_date=fact.due_date,
        distributed=fact.distributed,
        policy=fact.policy,
        reference=fact.reference,
        opened_at=fact.at,
        paid=Money.zero(fact.amount.currency),
    )


def apply(case: Case, fact: InvoiceFact) -> Case:  # noqa: C901, PLR0911, PLR0912 - one line a fact
    """The case after one more fact."""
    match fact:
        case facts.InvoiceOpened():
            raise AssertionError("an invoice opens once")
        case facts.InvoiceAmended():
            return _amended(case, fact)
        case facts.PaymentApplied():
            return _paid(case, case.paid + fact.amount, fact.on)
        case facts.PaymentReversed():
            return _paid(case, case.paid - fact.amount, fact.on)
        case facts.WrittenOff():
            return replace(case, written_off=fact)
        case facts.HandedOver():
            return replace(case, handed_over=fact)
        case facts.Paused():
            return replace(case, pause=Pause.of(fact))
        case facts.Resumed():
            return _resumed(case, fact)
        case facts.PromiseMade():
            return replace(case, promises=(*case.promises, Promise.of(fact, case.paid)))
        case facts.DisputeOpened():
            return replace(case, disputes=(*case.disputes, Dispute.of(fact)))
        case facts.DisputeResolved():
            resolved = tuple(dispute.after(fact) for dispute in case.disputes)
            return replace(case, disputes=resolved, resumed_at=fact.at)
        case facts.Escalated():
            return replace(case, escalation=Escalation.of(fact, case.escalation))
        case facts.TaskOpened():
            return replace(case, tasks=(*case.tasks, Task.of(fact)))
        case facts.TaskClosed():
            return replace(case, tasks=tuple(task.after(fact) for task in case.tasks))
        case touch_facts.TouchApproved():
            return replace(case, approvals=(*case.approvals, (fact.step, fact.at)))
        case touch_facts.SendRequested():
            return replace(case, send_requested_at=fact.at)
        case touch_facts.TouchStarted():
            return _started(case, fact)
        case touch_facts.TouchSent() | touch_facts.TouchRefused() | touch_facts.TouchUnknown():
            return replace(case, touches=tuple(touch.after(fact) for touch in case.touches))
        case touch_facts.TouchWithheld():
            asked_at = None if fact.passed_over else case.send_requested_at
            withheld = (*case.withheld, Withheld.of(fact))
            return replace(case, withheld=withheld, send_requested_at=asked_at)
        case _:
            assert_never(fact)


def _amended(case: Case, fact: facts.InvoiceAmended) -> Case:
    terms = replace(case, amount=fact.amount, due_date=fact.due_date)
    amended = replace(terms, policy=fact.policy, reference=fact.reference)
    return _paid(amended, case.paid, fact.at.date())


def _paid(case: Case, paid: Money, on: date) -> Case:
    settled = paid >= case.amount
    return replace(case, paid=paid, settled_on=(case.settled_on or on) if settled else None)


def _resumed(case: Case, fact: facts.Resumed) -> Case:
    return replace(
        case,
        pause=None,
        escalation=replace(case.escalation, hold=False) if case.escalation else None,
        promises=tuple(replace(promise, lifted=True) for promise in case.promises),
        resumed_at=fact.at,
    )


def _started(case: Case, fact: touch_facts.TouchStarted) -> Case:
    return replace(
        case,
        touches=(*case.touches, Touch.of(fact)),
        distributed=case.distributed or fact.letter == "invoice",
        send_requested_at=None,
    )
