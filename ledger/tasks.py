"""Tasks: what people have to do, one task for all invoices of a customer that ask the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, case, func, select

from ledger.rows import chunks
from ledger.tables import CaseRow, TaskItemRow, TaskRow, table

TASK, ITEM, CASE = table(TaskRow), table(TaskItemRow), table(CaseRow)
# Whose it is now.
_role = case((TASK.c.raised_to == "", TASK.c.role), else_=TASK.c.raised_to)


def open_task(connection: Connection, customer: str, what: str, step: str = "") -> str | None:
    """The customer's open task of this kind, for approvals that of the same step."""
    query = select(TASK.c.task).where(
        TASK.c.customer == customer, TASK.c.what == what, TASK.c.outcome == ""
    )
    if step:
        query = query.where(TASK.c.step == step)
    return connection.execute(query.order_by(TASK.c.opened_at).limit(1)).scalar()


def is_task_open(connection: Connection, task: str) -> bool:
    """Whether the task of this id waits for somebody."""
    query = select(TASK.c.task).where(TASK.c.task == task, TASK.c.outcome == "")
    return connection.execute(query).first() is not None


def invoices_of_task(connection: Connection, task: str) -> list[str]:
    """The invoices a task is about."""
    query = select(ITEM.c.invoice).where(ITEM.c.task == task).order_by(ITEM.c.invoice)
    return list(connection.execute(query).scalars())


def invoices_of_tasks(connection: Connection, tasks: Iterable[str]) -> dict[str, list[str]]:
    """The invoices each of the tasks is still open for."""
    found: dict[str, list[str]] = defaultdict(list)
    for some in chunks(tasks):
        mine = ITEM.c.task.in_(some) & (ITEM.c.outcome == "")
        query = select(ITEM.c.task, ITEM.c.invoice).where(mine).order_by(ITEM.c.invoice)
        for row in connection.execute(query):
            found[row.task].append(row.invoice)
    return found


def promised_cases(connection: Connection) -> list[str]:
    """The invoices a promise or a payment plan keeps silent."""
    query = select(CASE.c.invoice).where(CASE.c.closed_on.is_(None), CASE.c.stage == "promised")
    return list(connection.execute(query.order_by(CASE.c.invoice)).scalars())


class OpenTask(NamedTuple):
    """A task as lists show it, with how many invoices it is about."""

    task: str
    what: str
    role: str
    customer: str
    why: str
    opened_at: datetime
    invoices: int


def task_of(connection: Connection, task: str) -> OpenTask | None:
    """A task that is open, or None."""
    row = connection.execute(_listing().where(TASK.c.task == task)).first()
    return None if row is None else OpenTask(*row)


def open_tasks(connection: Connection, role: str = "") -> list[OpenTask]:
    """The open tasks, of one role or all, oldest first."""
    query = _listing()
    if role:
        query = query.where(_role == role)
    return [OpenTask(*row) for row in connection.execute(query)]


def _listing() -> Select[Any]:
    return (
        select(
            TASK.c.task,
            TASK.c.what,
            _role,
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
