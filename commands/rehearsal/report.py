"""What a rehearsal shows: messages, reasons, tasks, cases, and what the engine did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from commands.rehearsal.audited import rehearsed_audit
from commands.rehearsal.playing import Played
from commands.rehearsal.replies import told_replies
from commands.rehearsal.script import Script
from commands.rehearsal.told_statements import told_statements
from dunning.money import Money
from dunning.touch_facts import TouchWithheld
from ledger.answers import CLAIMED_BY_REPLY, CLAIMED_BY_STATEMENT
from ledger.books import Books
from ledger.tables import (
    CaseRow,
    FactRow,
    MessageItemRow,
    MessageRow,
    TaskRow,
    table,
)
from ledger.tasks import invoices_of_task
from ledger.wire import fact_of

CASE, MESSAGE, ITEM = table(CaseRow), table(MessageRow), table(MessageItemRow)
TASK, FACT = table(TaskRow), table(FactRow)


def rehearsal_report(script: Script, played: Played) -> dict[str, Any]:
    """The answer of `duncan rehearse --json`; every date is the input's own."""
    audited = rehearsed_audit(script, played)
    with played.wiring.ledger.reading() as books:
        return {
            "period": {"from": str(script.first), "to": str(script.last)},
            "messages": list(_messages(books)),
            "statements": told_statements(books),
            "withheld": list(_withheld(books)),
            "tasks": list(_tasks(books)),
            "replies": told_replies(books),
            "answers": list(_answers(books)),
            "cases": list(_cases(books)),
            **_refused(script, played),
            "audit": audited,
            "engine": {
                "workflows": played.engine.workflows,
                "actions": played.engine.actions,
                "events": played.engine.events,
                "seconds": round(played.engine.seconds, 1),
            },
        }


def _refused(script: Script, played: Played) -> dict[str, Any]:
    """The rows that were not taken in, and the events the rules refused."""
    rejected = [
        {
            "file": kind,
            "row": row.row,
            "column": row.column,
            "code": row.code,
            "reason": row.reason,
        }
        for kind, row in script.rejected
    ]
    events = [
        {"row": event.row, "invoice": event.invoice, "action": event.action, "why": why}
        for event, why in played.refused_events
    ]
    return {"rejected": rejected, "refused_events": events}


def _messages(books: Books) -> Iterator[dict[str, Any]]:
    items: dict[str, list[Any]] = defaultdict(list)
    for item in books.connection.execute(select(ITEM).order_by(ITEM.c.invoice)):
        items[item.attempt].append(item)
    order = (MESSAGE.c.claimed_at, MESSAGE.c.customer, MESSAGE.c.channel)
    dunning = select(MESSAGE).where(
        ~MESSAGE.c.claimant.startswith(CLAIMED_BY_REPLY),
        ~MESSAGE.c.claimant.startswith(CLAIMED_BY_STATEMENT),
    )
    for row in books.connection.execute(dunning.order_by(*order)):
        covered = [item for item in items[row.attempt] if item.covered]
        yield {
            "id": row.attempt,
            "customer": row.customer,
            "channel": row.channel,
            "letter": row.letter,
            "level": row.level,
            "sent_at": row.claimed_at.isoformat(),
            "local_date": str(row.local_date),
            "state": row.state,
            "invoices": [item.invoice for item in covered],
            "steps": {item.invoice: item.step for item in covered},
            "also_listed": [item.invoice for item in items[row.attempt] if not item.covered],
            "amounts": {
                item.invoice: str(Money(item.amount_minor, item.currency).major) for item in covered
            },
            "to": row.address,
        }


def _answers(books: Books) -> Iterator[dict[str, Any]]:
    """What went back to customers' own messages."""
    query = select(MESSAGE).where(MESSAGE.c.claimant.startswith(CLAIMED_BY_REPLY))
    for row in books.connection.execute(query.order_by(MESSAGE.c.claimed_at, MESSAGE.c.attempt)):
        yield {
            "id": row.attempt,
            "reply": row.claimant.removeprefix(CLAIMED_BY_REPLY),
            "customer": row.customer,
            "channel": row.channel,
            "letter": row.letter,
            "sent_at": row.claimed_at.isoformat(),
            "state": row.state,
            "to": row.address,
        }


def _withheld(books: Books) -> Iterator[dict[str, Any]]:
    query = select(FACT.c.stream, FACT.c.kind, FACT.c.body, FACT.c.recorded_at, FACT.c.by)
    order = (FACT.c.recorded_at, FACT.c.stream, FACT.c.number)
    found = query.where(FACT.c.kind == "touch_withheld")
    for stream, *row in books.connection.execute(found.order_by(*order)):
        fact = fact_of(*row)
        assert isinstance(fact, TouchWithheld), "the query asked for nothing else"
        yield {
            "invoice": stream.removeprefix("invoice:"),
            "at": fact.at.isoformat(),
            "step": fact.step,
            "code": fact.code,
            "why": fact.why,
        }


def _tasks(books: Books) -> Iterator[dict[str, Any]]:
    for row in books.connection.execute(select(TASK).order_by(TASK.c.opened_at, TASK.c.task)):
        invoices = invoices_of_task(books.connection, row.task)
        yield {
            "task": row.task,
            "invoice": invoices[0],
            "invoices": invoices,
            "customer": row.customer,
            "what": row.what,
            "role": row.role,
            "why": row.why,
            "opened_at": row.opened_at.isoformat(),
            "outcome": row.outcome,
        }


def _cases(books: Books) -> Iterator[dict[str, Any]]:
    for row in books.connection.execute(select(CASE).order_by(CASE.c.invoice)):
        yield {
            "invoice": row.invoice,
            "customer": row.customer,
            "currency": row.currency,
            "balance": str(Money(row.balance_minor, row.currency).major),
            "stage": row.stage if row.closed_on is None else "closed",
            "level": row.level,
            "closed_on": str(row.closed_on) if row.closed_on else None,
            "closed_why": row.closed_why or None,
        }
