"""Statements of account: whose are due for a month, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, func, select

from dunning.period import Day, Month
from dunning.statement_facts import (
    StatementAsked,
    StatementFact,
    StatementRefused,
    StatementStarted,
    StatementWithheld,
)
from ledger.books import Books
from ledger.report_items import items_on
from ledger.tables import FactRow, table
from ledger.wire import AnyFact

FACT = table(FactRow)


@dataclass(frozen=True)
class Due:
    """A customer that owes an entity something at the end of a period, by `invoice` at least."""

    period: Month | Day
    entity: str
    customer: str
    invoice: str

    @property
    def stream(self) -> str:
        """The stream of this statement's facts."""
        return f"statement:{self.period}:{self.entity}:{self.customer}"


def due_statements(connection: Connection, period: Month | Day, customer: str = "") -> list[Due]:
    """Every customer and entity with open items at the end of the period, or those of one."""
    item = items_on(period.last, customer)
    query = select(item.c.entity, item.c.customer, func.min(item.c.invoice))
    grouped = query.where(item.c.balance != 0).group_by(item.c.entity, item.c.customer)
    rows = connection.execute(grouped.order_by(item.c.customer, item.c.entity))
    return [Due(period, *row) for row in rows]


def statement_history(books: Books, due: Due) -> list[StatementFact]:
    """The facts of a statement, oldest first."""
    return cast("list[StatementFact]", books.histories([due.stream]).get(due.stream, []))


def wished(books: Books, since: datetime) -> list[StatementAsked]:
    """Statements that people asked for since a moment and that nothing came of yet, in order."""
    query = select(FACT.c.stream).where(
        FACT.c.kind == "statement_asked", FACT.c.recorded_at >= since
    )
    streams = list(dict.fromkeys(books.connection.execute(query.order_by(FACT.c.id)).scalars()))
    histories = books.histories(streams)
    latest = (_standing(histories.get(stream, [])) for stream in streams)
    return [one for one in latest if one is not None]


def standing_wish(books: Books, due: Due) -> StatementAsked | None:
    """The wish for a statement that nothing came of yet."""
    return _standing(list(statement_history(books, due)))


def _standing(history: Sequence[AnyFact]) -> StatementAsked | None:
    """A try that a provider may take later leaves the wish as it is."""
    for one in reversed(history):
        match one:
            case StatementAsked():
                return one
            case StatementWithheld() | StatementStarted():
                continue
            case StatementRefused(retry_at=again) if again is not None:
                continue
            case _:
                return None
    return None
