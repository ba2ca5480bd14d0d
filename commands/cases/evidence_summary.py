"""Evidence about an invoice or a customer: what whoever decides about it has to see, in one file.

It holds personal data and what was said: it is for people who decide, not for logs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from activities.outgoing import text_of
from activities.planning import Planner
from commands.cases.plan_rows import plan_row
from commands.cases.show import show
from dunning.may import NotAllowed
from ledger.books import Books
from ledger.correspondence import ReplyRow
from ledger.messages import message_content
from ledger.rows import chunks
from ledger.tables import CaseRow, MessageItemRow, MessageRow, table
from ledger.wire import body_of

CASE, MESSAGE = table(CaseRow), table(MessageRow)
ITEM, REPLY = table(MessageItemRow), table(ReplyRow)
Row = dict[str, Any]


def evidence(books: Books, planner: Planner, subject: str, now: datetime) -> Row:
    """Facts, messages word for word, replies, promises, disputes and plans.

    The subject is an invoice number, or a customer number: then of all its open invoices. Raises
    NotAllowed when it is neither.
    """
    invoices, customer = _subject(books, subject)
    known = books.customer(customer)
    return {
        "subject": subject,
        "customer": customer,
        "customer_name": known.name,
        "made_at": now.isoformat(),
        "cases": [show(books, planner, invoice, now) for invoice in invoices],
        "promises": list(_promises(books, invoices)),
        "plans": [plan_row(one) for one in known.plans if set(one.invoices) & set(invoices)],
        "holds": [{"code": one.code, "at": one.at.isoformat()} for one in known.holds],
        "customer_facts": list(_customer_facts(books, customer)),
        "messages": list(_messages(books, invoices)),
        "replies": list(_replies(books, customer)),
    }


def as_markdown(found: Row) -> str:
    """The evidence for people to read."""
    lines = [f"# Evidence: {found['subject']}", ""]
    lines += [f"Customer {found['customer_name']} ({found['customer']}), as of {found['made_at']}."]
    for case in found["cases"]:
        lines += ["", f"## Invoice {case['invoice']}", "", *_case_lines(case)]
    lines += ["", "## Promises and plans", "", *_listed(found["promises"] + found["plans"])]
    lines += ["", "## Messages", ""]
    for one in found["messages"]:
        lines += [f"### {one['at'][:16]} {one['letter']} by {one['channel']} ({one['state']})", ""]
        lines += [*(f"    {line}" for line in one["text"].splitlines()), ""]
    lines += ["## Replies", ""]
    for one in found["replies"]:
        lines += [f"### {one['received_at'][:16]} {one['channel']} ({one['state']})", ""]
        lines += [*(f"    {line}" for line in one["text"].splitlines()), ""]
    return "\n".join(lines) + "\n"


def _subject(books: Books, subject: str) -> tuple[list[str], str]:
    query = select(CASE.c.customer).where(CASE.c.invoice == subject)
    customer = books.connection.execute(query).scalar()
    if customer:
        return [subject], str(customer)
    if not books.knows_customer(subject):
        raise NotAllowed(f"There is neither an invoice nor a customer {subject} in the books.")
    return books.open_invoices(subject), subject


def _promises(books: Books, invoices: Sequence[str]) -> Iterator[Row]:
    for invoice, case in books.cases(invoices).items():
        for one in case.promises:
            yield {
                "invoice": invoice,
                "made_at": one.at.isoformat(),
                "date": str(one.promised_on),
                "amount": str(one.amount.major),
                "currency": one.amount.currency,
                "outcome": one.outcome or "open",
            }


def _customer_facts(books: Books, customer: str) -> Iterator[Row]:
    stream = f"customer:{customer}"
    for number, fact in enumerate(books.histories([stream]).get(stream, []), start=1):
        body = json.loads(body_of(fact))
        yield {"number": number, "kind": fact.kind, "at": fact.at.isoformat(), "by": fact.by} | body


def _messages(books: Books, invoices: Sequence[str]) -> Iterator[Row]:
    attempts: set[str] = set()
    for some in chunks(invoices):
        query = select(ITEM.c.attempt).where(ITEM.c.invoice.in_(some))
        attempts.update(books.connection.execute(query).scalars())
    for some in chunks(sorted(attempts)):
        query = select(MESSAGE).where(MESSAGE.c.attempt.in_(some)).order_by(MESSAGE.c.claimed_at)
        for row in books.connection.execute(query).mappings().all():
            yield {
                "attempt": row["attempt"],
                "at": row["claimed_at"].isoformat(),
                "letter": row["letter"],
                "level": row["level"],
                "channel": row["channel"],
                "to": row["address"],
                "state": row["state"],
                "delivery": row["delivery"],
                "subject": row["subject"],
                "text": text_of(message_content(books.connection, row["attempt"]) or b""),
                "content_hash": row["content_hash"],
            }


def _replies(books: Books, customer: str) -> Iterator[Row]:
    query = select(REPLY).where(REPLY.c.customer == customer).order_by(REPLY.c.received_at)
    for row in books.connection.execute(query).mappings():
        yield {
            "reply": row["reply"],
            "received_at": row["received_at"].isoformat(),
            "channel": row["channel"],
            "from": row["from_address"],
            "state": row["state"],
            "outcome": row["outcome"],
            "text": row["text"],
        }


def _case_lines(case: Row) -> Iterator[str]:
    yield f"{case['balance']} of {case['amount']} {case['currency']} open, due {case['due_date']}."
    yield f"Stage {case['stage']}, level {case['level']}."
    yield ""
    for fact in case["facts"]:
        details = {name: value for name, value in fact.items() if name not in _ENVELOPE}
        said = ", ".join(f"{name} {value}" for name, value in details.items())
        yield f"- {fact['at'][:16]} {fact['kind']} by {fact['by']}: {said}"


def _listed(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        yield "- " + ", ".join(f"{name} {value}" for name, value in row.items())


_ENVELOPE = ("number", "kind", "at", "by")
