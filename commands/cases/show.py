"""Showing a case: where it stands, what comes next, and why something was sent or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from activities.planning import Planner
from dunning.case import Case
from dunning.dispute import Dispute
from dunning.facts import InvoiceFact
from dunning.holdings import Pause, Task
from dunning.money import Money
from dunning.next_step import plan
from dunning.promise import Promise
from dunning.situation import Situation
from dunning.steps import CloseCase, Step
from ledger.books import Books
from ledger.projections import stage_of
from workflows.contract import dispute_workflow_id, workflow_id

# Written in every answer's own columns, not among a fact's details.
_ENVELOPE = {"at", "by", "kind"}
_DOUBT = "Nobody knows whether the message went out"
# What came out later of a message whose outcome was unknown at first.
_FOUND_OUT = {
    "sent": "The message went out, though nobody knew at first",
    "bounced": "The message went out, though nobody knew at first",
    "refused": "The message did not go out, though nobody knew at first",
}


def show(books: Books, planner: Planner, invoice: str, now: datetime) -> dict[str, Any]:
    """The case as `duncan show --json` answers. Raises UnknownInvoice."""
    case = books.case(invoice)
    situation = planner.situation(case, books.customer(case.customer), now)
    planned = plan(situation)
    _, rule = planner.policies.for_case(case, situation.customer)
    history = [_fact(number, fact) for number, fact in books.history(invoice)]
    return _invoice(case) | {
        "customer_name": situation.customer.name,
        "stage": stage_of(case, planned),
        "level": case.level,
        "policy": {
            "name": situation.policy.name,
            "version": situation.policy.version,
            "rule": rule,
        },
        "paused": _pause(situation),
        "promise": _promise(case.promise) if case.promise else None,
        "disputes": [_dispute(dispute) for dispute in case.disputes],
        "tasks": [_task(task) for task in case.tasks],
        "next": _next(planned.step),
        "facts": history,
        "workflow_id": workflow_id(invoice),
    }


def _invoice(case: Case) -> dict[str, Any]:
    return {
        "invoice": case.invoice,
        "customer": case.customer,
        "entity": case.entity,
        "currency": case.amount.currency,
        "amount": str(case.amount.major),
        "balance": str(case.balance.major),
        "issue_date": str(case.issue_date),
        "due_date": str(case.due_date),
    }


def _task(task: Task) -> dict[str, Any]:
    return {
        "task": task.task,
        "what": task.what,
        "role": task.role,
        "why": task.why,
        "outcome": task.outcome,
    }


def _next(step: Step) -> dict[str, Any]:
    at = None if isinstance(step, CloseCase) or step.at is None else step.at.isoformat()
    return {"step": step.kind, "at": at, "why": step.why, "code": getattr(step, "code", "")}


def why(
    books: Books, planner: Planner, invoice: str, day: date | None, now: datetime
) -> dict[str, Any]:
    """Why a message was sent or not: what was recorded that day (or ever), and what comes next."""
    case = books.case(invoice)
    situation = planner.situation(case, books.customer(case.customer), now)
    history = books.history(invoice)
    local = situation.calendar.local_date
    said = [
        {"at": fact.at.isoformat(), "number": number, "sentence": sentence}
        for number, fact in history
        if (sentence := _sentence(fact, case)) and (day is None or local(fact.at) == day)
    ]
    answer = {
        "invoice": invoice,
        "on": str(day) if day else None,
        "answer": said[-1]["sentence"] if said else "",
        "because": said,
    }
    if not said:
        answer["answer"] = _silence(situation, history, day)
    return answer


def _silence(situation: Situation, history: list[tuple[int, InvoiceFact]], day: date | None) -> str:
    """Nothing was recorded that day: either it was before the case, or no step was due."""
    local = situation.calendar.local_date
    case, opened = situation.case, local(history[0][1].at)
    step = plan(situation).step
    if day and day < opened:
        return f"Nothing was sent: invoice {case.invoice} is followed since {opened} only."
    if day is None or day >= situation.today:
        return f"Nothing was sent yet. Next: {_step_sentence(step)}"
    before = [fact for _, fact in history if local(fact.at) < day]
    reasons = [sentence for fact in before if (sentence := _sentence(fact, case))]
    latest = f" Before that: {reasons[-1]}" if reasons else ""
    return f"Nothing was sent on {day}: no step of the policy came due that day.{latest}"


def _step_sentence(step: Any) -> str:  # noqa: ANN401 - any step of the closed union
    moment = f" on {step.at:%Y-%m-%d %H:%M} UTC" if getattr(step, "at", None) else ""
    return f"{step.kind.replace('_', ' ')}{moment} ({step.why})."


def _sentence(fact: InvoiceFact, case: Case) -> str:  # noqa: PLR0911 - one line a fact
    match fact.kind:
        case "touch_started":
            passed = f" It passed: {', '.join(fact.guards)}." if fact.guards else ""
            words = f"{fact.letter} (level {fact.level})"
            return f"{words} went to the customer by {fact.channel}.{passed}"
        case "touch_bounced":
            again = f" It is tried again from {fact.retry_at:%Y-%m-%d}." if fact.retry_at else ""
            return f"The message did not arrive ({fact.code}): {fact.why}.{again}"
        case "touch_refused":
            return f"The message was refused ({fact.code}): {fact.why}."
        case "touch_unknown":
            known = next(one.state for one in case.touches if one.attempt == fact.attempt)
            return f"{_FOUND_OUT.get(known, _DOUBT)}: {fact.why}."
        case "touch_withheld":
            until = f" until {fact.until:%Y-%m-%d}" if fact.until else ""
            return f"Step {fact.step} was withheld{until} ({fact.code}): {fact.why}."
        case "paused":
            return f"{fact.by} paused it until {fact.until} ({fact.reason})."
        case "promise_made":
            return f"The customer promised {fact.amount} for {fact.promised_on}."
        case "escalated":
            return f"{fact.by} escalated it to {fact.to_role}."
        case "payment_applied":
            settled = " and settled it" if case.is_settled and fact.on == case.settled_on else ""
            return f"A payment of {fact.amount} was applied on {fact.on}{settled}."
        case _:
            return _dispute_sentence(fact)


def _dispute_sentence(fact: InvoiceFact) -> str:
    match fact.kind:
        case "dispute_opened":
            return f"Disputed ({fact.reason})" + (f": {fact.amount}." if fact.amount else ".")
        case "dispute_resolved":
            given = f"; {fact.credited} was credited" if fact.credited else ""
            return f"The dispute was ended ({fact.outcome.replace('_', ' ')}){given}."
        case "dispute_released":
            return f"What was disputed is asked for again: {fact.why}."
        case "credit_applied":
            return f"A credit of {fact.amount} was applied on {fact.on}."
        case _:
            return ""


def _pause(situation: Situation) -> dict[str, Any] | None:
    case, customer = situation.case, situation.customer
    if case.pause and case.pause.until >= situation.today:
        return _paused(case.pause)
    if customer.pause and customer.pause.until >= situation.today:
        fact = customer.pause
        return _paused(Pause(fact.reason, fact.until, fact.by, fact.at)) | {"scope": "customer"}
    return None


def _paused(pause: Pause) -> dict[str, Any]:
    return {
        "reason": pause.reason,
        "until": str(pause.until),
        "by": pause.by,
        "at": pause.at.isoformat(),
        "scope": "invoice",
    }


def _promise(promise: Promise) -> dict[str, Any]:
    return {
        "amount": str(promise.amount.major),
        "date": str(promise.promised_on),
        "at": promise.at.isoformat(),
    }


def _dispute(dispute: Dispute) -> dict[str, Any]:
    return {
        "dispute": dispute.dispute,
        "reason": dispute.reason,
        "amount": str(dispute.amount.major) if dispute.amount else None,
        "at": dispute.at.isoformat(),
        "outcome": dispute.outcome or None,
        "owner": dispute.owner or None,
        "waiting_on": dispute.waiting_on if dispute.is_open else None,
        "escalated": bool(dispute.escalated),
        "evidence": len(dispute.evidence),
        "credited": str(dispute.credited.major) if dispute.credited else None,
        "credit_waiting": str(dispute.undecided.amount.major) if dispute.undecided else None,
        "workflow_id": dispute_workflow_id(dispute.dispute),
    }


def _fact(number: int, fact: InvoiceFact) -> dict[str, Any]:
    own = dict(_details(fact))
    return {"number": number, "kind": fact.kind, "at": fact.at.isoformat(), "by": fact.by} | own


def _details(fact: InvoiceFact) -> Iterator[tuple[str, Any]]:
    for one in fields(fact):
        value = getattr(fact, one.name)
        if one.name in _ENVELOPE or value in ("", None, False):
            continue
        if isinstance(value, Money):
            yield one.name, str(value.major)
        elif isinstance(value, datetime):
            yield one.name, value.isoformat()
        else:
            yield one.name, str(value) if isinstance(value, date) else value
