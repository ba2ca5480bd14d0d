"""Tasks as the desk shows them: open work for people, the oldest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, or_, select

from console.reading.paging import Order, Page, Place, read_page
from dunning.may import NotAllowed
from dunning.money import Money, totals
from ledger.delegations import delegations, does_it
from ledger.tables import CaseRow, CustomerRow, TaskItemRow, TaskRow, table

TASK, ITEM = table(TaskRow), table(TaskItemRow)
CASE, CUSTOMER = table(CaseRow), table(CustomerRow)
# Whose it is now.
owner_now = case((TASK.c.raised_to == "", TASK.c.role), else_=TASK.c.raised_to)
MOST_LETTERS = 25
TASK_AND_CUSTOMER = TASK.outerjoin(CUSTOMER, TASK.c.customer == CUSTOMER.c.customer)


@dataclass(frozen=True)
class About:
    """What a task is about: its invoices that are still open, what they sum to, and the others."""

    invoices: tuple[str, ...] = ()
    owed: tuple[Money, ...] = ()
    closed: int = 0


@dataclass(frozen=True)
class TaskFilter:
    """Which open tasks: of a role, of a person they were given to, of a kind."""

    role: str = ""
    who: str = ""
    what: str = ""
    q: str = ""


def task_page(connection: Connection, which: TaskFilter, today: date, place: Place) -> Page:
    """Open tasks, the oldest first."""
    order = Order(TASK.c.opened_at, TASK.c.task, datetime.fromisoformat)
    return read_page(connection, _listed(connection, which, today), order, place)


def exported(
    connection: Connection, which: TaskFilter, today: date, most: int
) -> Sequence[Row[Any]]:
    """The rows of a file."""
    query = _listed(connection, which, today).order_by(TASK.c.opened_at, TASK.c.task)
    return connection.execute(query.limit(most)).all()


def role_counts(connection: Connection) -> dict[str, int]:
    """How many open tasks each role has."""
    query = select(owner_now, func.count()).where(TASK.c.outcome == "")
    return {role: int(n) for role, n in connection.execute(query.group_by(owner_now))}


def kinds_of_tasks(connection: Connection) -> list[str]:
    """The kinds of work that are open."""
    query = select(TASK.c.what).where(TASK.c.outcome == "").distinct().order_by(TASK.c.what)
    return list(connection.execute(query).scalars())


def task_named(connection: Connection, task: str) -> Row[Any]:
    """A task, open or done, with its owner. Raises NotAllowed."""
    query = select(TASK, owner_now.label("owner"), CUSTOMER.c.name).select_from(TASK_AND_CUSTOMER)
    found = connection.execute(query.where(TASK.c.task == task)).first()
    if found is None:
        raise NotAllowed(f"There is no task {task}.")
    return found


def waiting_letters(connection: Connection) -> list[Row[Any]]:
    """The letters that wait for approval, the oldest first, each with an invoice it is about."""
    first = (
        select(func.min(ITEM.c.invoice))
        .where(ITEM.c.task == TASK.c.task)
        .correlate(TASK)
        .scalar_subquery()
    )
    query = select(TASK, CUSTOMER.c.name, first.label("invoice")).select_from(TASK_AND_CUSTOMER)
    waits = (TASK.c.what == "approve", TASK.c.outcome == "")
    query = query.where(*waits).order_by(TASK.c.opened_at, TASK.c.task)
    return list(connection.execute(query.limit(MOST_LETTERS)))


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


def _listed(connection: Connection, which: TaskFilter, today: date) -> Select[Any]:
    query = select(TASK, owner_now.label("owner"), CUSTOMER.c.name).select_from(TASK_AND_CUSTOMER)
    query = query.where(TASK.c.outcome == "")
    if which.role:
        query = query.where(owner_now == which.role)
    if which.what:
        query = query.where(TASK.c.what == which.what)
    if which.q:
        columns = (TASK.c.task, TASK.c.customer, CUSTOMER.c.name)
        query = query.where(or_(*(one.icontains(which.q, autoescape=True) for one in columns)))
    return query.where(_given(connection, which.who, today)) if which.who else query


def _given(connection: Connection, who: str, today: date) -> ColumnElement[bool]:
    """Tasks that were given to a person, one by one or with a role's whole work."""
    known = delegations(connection, today)
    mine = [of for of in known if does_it(known, of) == who]
    return or_(TASK.c.task.in_(mine), and_(owner_now.in_(mine), TASK.c.task.not_in(list(known))))


def _about(items: list[Row[Any]]) -> About:
    still = [row for row in items if row.closed_on is None]
    owed = totals([Money(row.balance_minor, row.currency) for row in still])
    return About(tuple(row.invoice for row in still), tuple(owed.values()), len(items) - len(still))
