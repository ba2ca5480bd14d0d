"""Comparing messages with the facts about touches: both are written in one transaction."""

from __future__ import annotations

import json
from collections import defaultdict

from sqlalchemy import select

from ledger.answers import CLAIMED_BY_REPLY, CLAIMED_BY_STATEMENT
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.rebuild import snapshot
from ledger.tables import FactRow, MessageItemRow, MessageRow, table

FACT, MESSAGE, ITEM = table(FactRow), table(MessageRow), table(MessageItemRow)
_OUTCOMES = ("touch_sent", "touch_refused", "touch_unknown")


def disagreements(ledger: Ledger) -> list[str]:
    """A few words about every message that the facts tell otherwise, by attempt."""
    with snapshot(ledger) as books:
        claimed, settled = _told(books)
        covered = _covered(books)
        # Answers and statements of account are no touches: no case claims them.
        touches = ~MESSAGE.c.claimant.startswith(CLAIMED_BY_REPLY)
        touches &= ~MESSAGE.c.claimant.startswith(CLAIMED_BY_STATEMENT)
        query = select(MESSAGE.c.attempt, MESSAGE.c.state).where(touches)
        rows = books.connection.execute(query).all()
    states = {row.attempt: row.state for row in rows}
    found: dict[str, str] = {}
    for attempt in sorted(claimed.keys() | states.keys()):
        if attempt not in states:
            found[attempt] = "no message"
        elif attempt not in claimed:
            found[attempt] = "no fact"
        elif claimed[attempt] != covered[attempt]:
            found[attempt] = "other invoices"
        elif (states[attempt] == "started") == (attempt in settled):
            found[attempt] = "another outcome"
    return [f"{attempt} ({what})" for attempt, what in found.items()]


def _told(books: Books) -> tuple[dict[str, set[str]], set[str]]:
    """By the facts: the invoices each attempt covers, and the attempts with an outcome."""
    claimed: dict[str, set[str]] = defaultdict(set)
    settled: set[str] = set()
    query = select(FACT.c.stream, FACT.c.kind, FACT.c.body).where(
        FACT.c.kind.in_(("touch_started", *_OUTCOMES))
    )
    for row in books.connection.execute(query, execution_options={"yield_per": 1000}):
        attempt = json.loads(row.body)["attempt"]
        if row.kind == "touch_started":
            claimed[attempt].add(row.stream.removeprefix("invoice:"))
        else:
            settled.add(attempt)
    return claimed, settled


def _covered(books: Books) -> dict[str, set[str]]:
    """By the messages: the invoices each attempt covers."""
    covered: dict[str, set[str]] = defaultdict(set)
    for row in books.connection.execute(
        select(ITEM.c.attempt, ITEM.c.invoice).where(ITEM.c.covered)
    ):
        covered[row.attempt].add(row.invoice)
    return covered
