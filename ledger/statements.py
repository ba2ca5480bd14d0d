"""Statements of account: whose are due for a month, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection, func, select

from dunning.period import Month
from dunning.statement_facts import StatementFact
from ledger.books import Books
from ledger.report_reading import items_on


@dataclass(frozen=True)
class Due:
    """A customer that owes an entity something at the end of the month, by `invoice` at least."""

    month: Month
    entity: str
    customer: str
    invoice: str

    @property
    def stream(self) -> str:
        """The stream of this statement's facts."""
        return f"statement:{self.month}:{self.entity}:{self.customer}"


def due_statements(connection: Connection, month: Month, customer: str = "") -> list[Due]:
    """Every customer and entity with open items at the end of the month, or those of one."""
    item = items_on(month.last, customer)
    query = select(item.c.entity, item.c.customer, func.min(item.c.invoice))
    grouped = query.where(item.c.balance != 0).group_by(item.c.entity, item.c.customer)
    rows = connection.execute(grouped.order_by(item.c.customer, item.c.entity))
    return [Due(month, *row) for row in rows]


def statement_history(books: Books, due: Due) -> list[StatementFact]:
    """The facts of a statement, oldest first."""
    return cast("list[StatementFact]", books.histories([due.stream]).get(due.stream, []))
