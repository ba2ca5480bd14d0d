"""Statements of account that people asked for: what waits, and what became of one of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from activities.statement_wishes import WISH_LASTS
from dunning.period import Day
from dunning.statement_facts import StatementAsked, StatementFact
from ledger.books import Books
from ledger.statements import due_statements, standing_wish, statement_history, wished


@dataclass(frozen=True)
class Told:
    """The statement of a day for one entity: the wish that waits, and the last word about it."""

    entity: str
    wish: StatementAsked | None
    last: StatementFact | None


def statements_told(books: Books, customer: str, on: date) -> list[Told]:
    """What people asked of a customer's statements of a day, and what came of it."""
    found = []
    for due in due_statements(books.connection, Day(on), customer):
        history = statement_history(books, due)
        if history:
            found.append(Told(due.entity, standing_wish(books, due), history[-1]))
    return found


def waiting_statements(books: Books, now: datetime) -> Sequence[StatementAsked]:
    """What people asked for and did not go out yet, in the order in which they did."""
    return wished(books, now - WISH_LASTS)
