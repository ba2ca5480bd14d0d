"""Showing a case: where it stands, what comes next, and why something was sent or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from activities.planning import Planner
from commands.cases.distribution import distribution_of
from dunning.case import Case
from dunning.claim import Claim
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
# A fact that is about another one has that one's number.
_OWN = {"number": "of_number"}


def show(books: Books, planner: Planner, invoice: str, now: datetime) -> dict[str, Any]:
    """The case as `duncan show --json` answers. Raises UnknownInvoice."""
    case = books.case(invoice)
    situation = planner.situation(case, books.customer(case.customer), now)
    planned = plan(situation)
    _, rule = planner.policies_at(situation.now).for_case(case, situation.customer)
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
        "claims": [_claim(one) for one in case.claims],
        "distribution": distribution_of(books, invoice, distributed=case.distributed),
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


def _claim(claim: Claim) -> dict[str, Any]:
    raised = claim.raised
    return {
        "claim": claim.name,
        "what": raised.what,
        "amount": str(raised.amount.major),
        "open": str(claim.open.major),
        "until": str(raised.until),
        "law": raised.law,
        "outcome": claim.outcome or None,
    }


def _next(step: Step) -> dict[str, Any]:
    at = None if isinstance(step, CloseCase) or step.at is None else step.at.isoformat()
    return {"step": step.kind, "at": at, "why": step.why, "code": getattr(step, "code", "")}


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
    own = {_OWN.get(name, name): value for name, value in _details(fact)}
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
