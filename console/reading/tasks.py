"""Tasks as the desk shows them: open work for people, the oldest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from console.reading.paging import Order, Page, Place, read_page
from dunning.money import Money, totals
from ledger.tables import CaseRow, CustomerRow, TaskItemRow, TaskRow, table

TASK, ITEM = table(TaskRow), table(TaskItemRow)
CASE, CUSTOMER = table(CaseRow), table(CustomerRow)
TASK_AND_CUSTOMER = TASK.outerjoin(CUSTOMER, TASK.c.customer == CUSTOMER.c.customer)


@dataclass(frozen=True)
class About:
    """What a task is about: its invoices that are still open, what they sum to, and the others."""

    invoices: tuple[str, ...] = ()
    owed: tuple[Money, ...] = ()
    closed: int = 0


def task_page(connection: Connection, role: str, place: Place) -> Page:
    """Open tasks of a role, or of all."""
    query = select(TASK, CUSTOMER.c.name).select_from(TASK_AND_CUSTOMER).where(TASK.c.outcome == "")
    if role:
        query = query.where(TASK.c.role == role)
    return read_page(
        connection, query, Order(TASK.c.opened_at, TASK.c.task, datetime.fromisoformat), place
    )


def role_counts(connection: Connection) -> dict[str, int]:
    """How many open tasks each role has."""
    query = select(TASK.c.role, func.count()).where(TASK.c.outcome == "")
    return {role: int(n) for role, n in connection.execute(query.group_by(TASK.c.role))}


def tasks_of_customer(connection: Connection, customer: str) -> list[Row[Any]]:
    """A customer's open tasks."""
    query = select(TASK).where(TASK.c.customer == customer, TASK.c.outcome == "")
    return list(connection.execute(query.order_by(TASK.c.opened_at, TASK.c.task)))


def about(connection: Connection, tasks: Iterable[str]) -> dict[str, About]:
    """What each of a page's tasks is about."""
    query: Select[Any] = (
        select(ITEM.c.task, CASE.c.invoice, CASE.c.currency, CASE.c.balance_minor, CASE.c.closed_on)
        .join_from(ITEM, CASE, ITEM.c.invoice == CASE.c.invoice)
        .where(ITEM.c.task.in_(list(tasks)))
        .order_by(CASE.c.due_date, CASE.c.invoice)
    )
    rows: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(query):
        rows[row.task].append(row)
    return defaultdict(About, {task: _about(items) for task, items in rows.items()})


def _about(items: list[Row[Any]]) -> About:
    still = [row for row in items if row.closed_on is None]
    owed = totals([Money(row.balance_minor, row.currency) for row in still])
    return About(tuple(row.invoice for row in still), tuple(owed.values()), len(items) - len(still))
