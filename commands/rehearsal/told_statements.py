"""The statements of account of a rehearsal: what went out, and what did not and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from dunning.statement_facts import StatementWithheld
from ledger.answers import CLAIMED_BY_STATEMENT
from ledger.books import Books
from ledger.tables import FactRow, MessageRow, table
from ledger.wire import fact_of

FACT, MESSAGE = table(FactRow), table(MessageRow)


def told_statements(books: Books) -> list[dict[str, Any]]:
    """Every statement that was claimed or withheld, oldest first; `state` says which."""
    told = [*_claimed(books), *_withheld(books)]
    return sorted(told, key=lambda one: (one["at"], one["customer"], one["entity"]))


def _claimed(books: Books) -> Iterator[dict[str, Any]]:
    query = select(MESSAGE).where(MESSAGE.c.claimant.startswith(CLAIMED_BY_STATEMENT))
    for row in books.connection.execute(query):
        period, _, entity = row.claimant.removeprefix(CLAIMED_BY_STATEMENT).partition(":")
        yield {
            "customer": row.customer,
            "entity": entity,
            "period": period,
            "at": row.claimed_at.isoformat(),
            "local_date": str(row.local_date),
            "state": row.state,
            "code": "",
            "why": row.why,
            "to": row.address,
        }


def _withheld(books: Books) -> Iterator[dict[str, Any]]:
    query = select(FACT.c.kind, FACT.c.body, FACT.c.recorded_at, FACT.c.by)
    found = query.where(FACT.c.kind == "statement_withheld").order_by(FACT.c.id)
    for row in books.connection.execute(found):
        fact = fact_of(*row)
        assert isinstance(fact, StatementWithheld), "the query asked for nothing else"
        yield {
            "customer": fact.customer,
            "entity": fact.entity,
            "period": fact.period,
            "at": fact.at.isoformat(),
            "local_date": "",
            "state": "withheld",
            "code": fact.code,
            "why": fact.why,
            "to": "",
        }
