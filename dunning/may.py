"""What may be recorded in a case as it stands; refusals are worded for an associate."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dunning import facts, touch_facts
from dunning.adjustment_facts import AdjustmentFact
from dunning.case import Case
from dunning.cash_facts import CashMovement
from dunning.claim_facts import ClaimFact
from dunning.dispute_facts import DisputeFact, DisputeOpened
from dunning.distribution import refuse_distribution
from dunning.distribution_facts import DistributionFact
from dunning.facts import InvoiceFact
from dunning.may_adjust import refuse_adjustment
from dunning.may_cash import refuse_cash
from dunning.may_dispute import refuse_credit, refuse_dispute_fact
from dunning.may_propose import refuse_proposal
from dunning.money import Money
from dunning.promise_facts import PromiseFact, PromiseMade, PromiseWithdrawn
from dunning.proposal import same_person
from dunning.proposal_facts import ProposalFact, ProposalMade
from dunning.task_facts import TaskFact


class NotAllowed(Exception):  # noqa: N818 - a rule said no; nothing went wrong
    """A rule refuses the fact; the message says why in one plain sentence."""


def may(case: Case, fact: InvoiceFact) -> None:
    """Return when the fact may be recorded; raise NotAllowed(reason) when a rule says no."""
    reason = _refusal(case, fact)
    if reason:
        raise NotAllowed(reason)


def _refusal(case: Case, fact: InvoiceFact) -> str | None:
    return _refuse_closed(case, fact) or _refuse_unfounded(case, fact)


def _refuse_closed(case: Case, fact: InvoiceFact) -> str | None:  # noqa: PLR0911 - one line a rule
    """Nobody follows a closed case, so there is nothing to steer."""
    if not is_closed(case):
        return None
    match fact:
        case facts.Paused():
            return f"Invoice {case.invoice} is closed; there is nothing to pause."
        case PromiseMade():
            return f"Invoice {case.invoice} is closed; nothing is left to promise."
        case DisputeOpened():
            return f"Invoice {case.invoice} is closed; there is nothing to dispute."
        case facts.CreditApplied():
            return f"Invoice {case.invoice} is closed; nothing is left to credit."
        case facts.Escalated() | touch_facts.SendRequested() | touch_facts.TouchReworded():
            return f"Invoice {case.invoice} is closed; nobody has to be reminded of it."
        case facts.WrittenOff() | facts.HandedOver() | ProposalMade():
            return f"Invoice {case.invoice} is closed already."
        case _:
            return None


def _refuse_unfounded(  # noqa: C901, PLR0911, PLR0912 - one line a rule
    case: Case, fact: InvoiceFact
) -> str | None:
    if isinstance(fact, DisputeFact):
        return refuse_dispute_fact(case, fact)
    if isinstance(fact, AdjustmentFact | ClaimFact):
        return refuse_adjustment(case, fact)
    if isinstance(fact, DistributionFact):
        return refuse_distribution(case, fact)
    if isinstance(fact, ProposalFact):
        return refuse_proposal(case, fact) or _refuse_proposed(case, fact)
    if isinstance(fact, TaskFact):
        return _refuse_unknown_task(case, fact.task)
    if isinstance(fact, PromiseFact):
        return _refuse_promise_fact(case, fact)
    if isinstance(fact, CashMovement | facts.PaymentReversed):
        return refuse_cash(case, fact)
    match fact:
        case facts.Paused() if fact.until < _today_at_the_latest_place(fact.at):
            return f"A pause cannot end in the past ({fact.until})."
        case facts.Resumed():
            return _refuse_resume(case)
        case facts.TaskClosed():
            return _refuse_end(case, fact)
        case facts.CreditApplied():
            return refuse_credit(case, fact)
        case touch_facts.SendRequested():
            return _refuse_send(case, fact)
        case touch_facts.TouchApproved():
            return _refuse_letter(case, fact)
        case _:
            return None


def is_closed(case: Case) -> bool:
    """Whether nobody follows the case any more."""
    return case.is_settled or case.written_off is not None or case.handed_over is not None


def _refuse_resume(case: Case) -> str | None:
    held = case.pause or case.promise or (case.escalation and case.escalation.hold)
    return None if held else f"Invoice {case.invoice} is not paused, promised or escalated."


def _refuse_promise_fact(case: Case, fact: PromiseFact) -> str | None:
    if isinstance(fact, PromiseMade):
        return _refuse_promise(case, fact.amount, fact.promised_on, fact.at)
    nothing = isinstance(fact, PromiseWithdrawn) and case.promise is None
    return f"Nothing is promised for invoice {case.invoice}." if nothing else None


def _refuse_proposed(case: Case, fact: ProposalFact) -> str | None:
    if not isinstance(fact, ProposalMade) or fact.what != "promise":
        return None
    if fact.amount is None or fact.promised_on is None:
        return "Say how much is promised, and for which day."
    return _refuse_promise(case, fact.amount, fact.promised_on, fact.at)


def _refuse_promise(case: Case, amount: Money, promised_on: date, at: datetime) -> str | None:
    if amount.currency != case.amount.currency:
        return f"Invoice {case.invoice} is in {case.amount.currency}, not {amount.currency}."
    if amount.minor <= 0 or amount > case.balance:
        return f"A promise must be more than nothing and at most the open {case.balance}."
    if promised_on < _today_at_the_latest_place(at):
        return f"A promise cannot be for a day that has passed ({promised_on})."
    return None


def _refuse_end(case: Case, fact: facts.TaskClosed) -> str | None:
    if not fact.outcome:
        return "Say what came of it: without an outcome it would stay open."
    return _refuse_unknown_task(case, fact.task)


def _refuse_unknown_task(case: Case, task: str) -> str | None:
    open_tasks = {task.task for task in case.tasks if not task.outcome}
    return None if task in open_tasks else f"There is no open task {task}."


def _refuse_send(case: Case, fact: touch_facts.SendRequested) -> str | None:
    today = fact.at.date()
    if case.escalation and case.escalation.hold:
        role = case.escalation.to_role
        return f"Invoice {case.invoice} is escalated to {role}: resume it first."
    if case.pause and case.pause.until >= today:
        return f"Invoice {case.invoice} is paused until {case.pause.until}: resume it first."
    if case.disputed.minor and case.disputed >= case.balance:
        return _disputed(case)
    if case.promise and not case.promise.is_kept(case.paid) and case.promise.promised_on >= today:
        return (
            f"Invoice {case.invoice} is promised for {case.promise.promised_on}: resume it first."
        )
    return None


def _refuse_letter(case: Case, fact: touch_facts.TouchApproved) -> str | None:
    if case.task_for(fact.step, "approve") is None:
        return f"Step {fact.step} is not waiting for approval."
    words = case.words_for(fact.step)
    if words and same_person(words.by, fact.by):
        return f"{fact.by} wrote these words: another person has to approve them."
    return None


def _disputed(case: Case) -> str:
    if any(dispute.is_open for dispute in case.disputes):
        return f"Invoice {case.invoice} is disputed: resolve the dispute first."
    return f"Invoice {case.invoice} was disputed: the customer still has days of grace to pay."


def _today_at_the_latest_place(at: datetime) -> date:
    # Nobody's clock is more than twelve hours behind UTC: what is past there is past everywhere.
    return (at - timedelta(hours=12)).date()
