"""Folding: how each fact changes a case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import Any, assert_never, get_args

from dunning import dispute_facts, facts, touch_facts
from dunning.adjustment_facts import AdjustmentFact
from dunning.case import Case
from dunning.cash_facts import CashMovement, ShortPaid
from dunning.claim_facts import ClaimFact
from dunning.dispute import Dispute
from dunning.dispute_facts import DisputeFact
from dunning.distribution import after_distribution
from dunning.distribution_facts import DistributionFact
from dunning.facts import DeskFact, InvoiceFact, LedgerFact
from dunning.folding_adjustments import after_adjustment, after_claim_fact
from dunning.folding_cash import after_cash, settled, with_cash
from dunning.folding_promises import after_promise, after_proposal, resumed
from dunning.holdings import Escalation, Pause, Task, Touch, Withheld
from dunning.money import Money
from dunning.movement import movements
from dunning.promise_facts import PromiseFact
from dunning.proposal_facts import ProposalFact
from dunning.replacing import replace
from dunning.task_facts import TaskFact
from dunning.touch_facts import TouchFact, TouchOutcome


def fold(history: Iterable[InvoiceFact]) -> Case:
    """The case after all its facts, the first of which opened the invoice."""
    opened, *later = history
    assert isinstance(opened, facts.InvoiceOpened), "a case begins when its invoice opens"
    return reduce(apply, later, _opened(opened))


def _opened(fact: facts.InvoiceOpened) -> Case:
    nothing = Money.zero(fact.amount.currency)
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
        paid=nothing,
        credited=nothing,
        discount=fact.discount,
        discount_until=fact.discount_until,
    )


def apply(case: Case, fact: InvoiceFact) -> Case:
    """The case after one more fact."""
    return _AFTER[type(fact)](case, fact)


def _after_movement(case: Case, fact: LedgerFact) -> Case:
    moved = (*case.movements, *movements(case, fact))
    return replace(_after_ledger(case, fact), movements=moved)


def _after_ledger(case: Case, fact: LedgerFact) -> Case:  # noqa: PLR0911 - one line a kind
    if isinstance(fact, CashMovement | ShortPaid):
        return after_cash(case, fact)
    match fact:
        case facts.InvoiceOpened():
            raise AssertionError("an invoice opens once")
        case facts.InvoiceAmended():
            return _amended(case, fact)
        case facts.PaymentApplied():
            return with_cash(case, fact, fact.amount)
        case facts.PaymentReversed():
            return with_cash(case, fact, -fact.amount)
        case facts.CreditApplied():
            return settled(replace(case, credited=case.credited + fact.amount), fact.on)
        case facts.WrittenOff():
            return replace(case, written_off=fact)
        case facts.HandedOver():
            return replace(case, handed_over=fact)
        case _:
            assert_never(fact)


def _after_desk(case: Case, fact: DeskFact) -> Case:
    match fact:
        case facts.Paused():
            return replace(case, pause=Pause.of(fact))
        case facts.Resumed():
            return resumed(case, fact)
        case facts.Escalated():
            return replace(case, escalation=Escalation.of(fact, case.escalation))
        case facts.TaskOpened():
            return replace(case, tasks=(*case.tasks, Task.of(fact)))
        case facts.TaskClosed():
            return _after_task(case, fact)
        case _:
            assert_never(fact)


def _after_task(case: Case, fact: facts.TaskClosed | TaskFact) -> Case:
    return replace(case, tasks=tuple([task.after(fact) for task in case.tasks]))


def _after_dispute(case: Case, fact: DisputeFact) -> Case:
    if isinstance(fact, dispute_facts.DisputeOpened):
        return replace(case, disputes=(*case.disputes, Dispute.of(fact)))
    disputes = tuple(dispute.after(fact) for dispute in case.disputes)
    resumed = fact.at if isinstance(fact, dispute_facts.DisputeResolved) else case.resumed_at
    return replace(case, disputes=disputes, resumed_at=resumed)


def _after_touch(case: Case, fact: TouchFact) -> Case:
    match fact:
        case touch_facts.TouchWithheld():
            return _withheld(case, fact)
        case touch_facts.TouchStarted():
            return _started(case, fact)
        case (
            touch_facts.TouchSent()
            | touch_facts.TouchRefused()
            | touch_facts.TouchUnknown()
            | touch_facts.TouchBounced()
        ):
            return _after_outcome(case, fact)
        case touch_facts.TouchApproved():
            return replace(case, approvals=(*case.approvals, (fact.step, fact.at)))
        case touch_facts.SendRequested():
            return replace(case, send_requested_at=fact.at)
        case touch_facts.TouchReworded():
            # Who approved the letter did not approve these words.
            given = tuple(one for one in case.approvals if one[0] != fact.step)
            return replace(case, approvals=given, rewordings=(*case.rewordings, fact))
        case _:
            assert_never(fact)


def _amended(case: Case, fact: facts.InvoiceAmended) -> Case:
    terms = replace(case, amount=fact.amount, due_date=fact.due_date)
    amended = replace(terms, policy=fact.policy, reference=fact.reference)
    return settled(amended, fact.at.date())


def _started(case: Case, fact: touch_facts.TouchStarted) -> Case:
    return replace(
        case,
        touches=(*case.touches, Touch.of(fact)),
        distributed=case.distributed or fact.letter == "invoice",
        send_requested_at=None,
    )


def _after_outcome(case: Case, fact: TouchOutcome) -> Case:
    touches = tuple([touch.after(fact) for touch in case.touches])
    # An invoice the provider refused did not reach the customer after all.
    sent_by_us = [touch for touch in touches if touch.letter == "invoice"]
    about_it = fact.attempt in [touch.attempt for touch in sent_by_us]
    reached = not about_it or any(touch.counts for touch in sent_by_us)
    return replace(case, touches=touches, distributed=case.distributed and reached)


def _withheld(case: Case, fact: touch_facts.TouchWithheld) -> Case:
    # What is asked for now outlives a step whose own time is gone, not one that cannot be sent.
    ends_request = fact.passed_over and fact.code not in touch_facts.TIME_IS_GONE
    asked_at = None if ends_request else case.send_requested_at
    return replace(case, withheld=(*case.withheld, Withheld.of(fact)), send_requested_at=asked_at)


# By the kind of fact: to look for it in one family after the other takes longer than the rest.
_FAMILIES: Sequence[tuple[Any, Callable[[Case, Any], Case]]] = (
    (LedgerFact, _after_movement),
    (TouchFact, _after_touch),
    (PromiseFact, after_promise),
    (DisputeFact, _after_dispute),
    (TaskFact, _after_task),
    (ProposalFact, after_proposal),
    (AdjustmentFact, after_adjustment),
    (ClaimFact, after_claim_fact),
    (DistributionFact, after_distribution),
    (DeskFact, _after_desk),
)
_AFTER = {kind: after for family, after in _FAMILIES for kind in get_args(family)}
