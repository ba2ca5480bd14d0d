"""Tasks: what people have to do, one task for all invoices of a customer that ask the same."""

from __future__ import annotations

from sqlalchemy import Connection, select

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
