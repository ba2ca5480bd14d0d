"""Tasks: what people have to do, one task for all invoices of a customer that ask the same."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from ledger.tables import TaskItemRow, TaskRow, table

TASK, ITEM = table(TaskRow), table(TaskItemRow)


def open_task(connection: Connection, customer: str, what: str, step: str = "") -> str | None:
    """The customer's open task of this kind, for approvals that of the same step."""
    query = select(TASK.c.task).where(
        TASK.c.customer == customer, TASK.c.what == what, TASK.c.outcome == ""
    )
    if step:
        query = query.where(TASK.c.step == step)
    return connection.execute(query.order_by(TASK.c.opened_at).limit(1)).scalar()


def invoices_of_task(connection: Connection, task: str) -> list[str]:
    """The invoices a task is about."""
    query = select(ITEM.c.invoice).where(ITEM.c.task == task).order_by(ITEM.c.invoice)
    return list(connection.execute(query).scalars())


class OpenTask(NamedTuple):
    """A task as lists show it, with how many invoices it is about."""

    task: str
    what: str
    role: str
    customer: str
    why: str
    opened_at: datetime
    invoices: int


def open_tasks(connection: Connection, role: str = "") -> list[OpenTask]:
    """The open tasks, of one role or all, oldest first."""
    query = (
        select(
            TASK.c.task,
            TASK.c.what,
            TASK.c.role,
            TASK.c.customer,
            TASK.c.why,
            TASK.c.opened_at,
            func.count(ITEM.c.invoice),
        )
        .join(ITEM, ITEM.c.task == TASK.c.task)
        .where(TASK.c.outcome == "")
        .group_by(TASK.c.task)
        .order_by(TASK.c.opened_at, TASK.c.task)
    )
    if role:
        query = query.where(TASK.c.role == role)
    return [OpenTask(*row) for row in connection.execute(query)]
