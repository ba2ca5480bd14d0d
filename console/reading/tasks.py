"""Tasks as the desk shows them: open work for people, the oldest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from console.reading.counting import Count, counted_by, values_of
from console.reading.counting import counted as counted_rows
from console.reading.paging import Order, Page, Place, read_all, read_page
from console.reading.search import search
from dunning.may import NotAllowed
from dunning.money import Money, totals
from ledger.delegations import delegations, does_it
from ledger.list_indexes import OPEN_TASK
from ledger.tables import CaseRow, CustomerRow, TaskItemRow, TaskRow, table

TASK, ITEM = table(TaskRow), table(TaskItemRow)
CASE, CUSTOMER = table(CaseRow), table(CustomerRow)
MOST_LETTERS = 25
# Of a task about more invoices the sum is not worked out, and only some are named.
MOST_ITEMS, MOST_NAMED = 1_000, 50
_ORDER = Order(TASK.c.opened_at, TASK.c.task, datetime.fromisoformat)
TASK_AND_CUSTOMER = TASK.outerjoin(CUSTOMER, TASK.c.customer == CUSTOMER.c.customer)


@dataclass(frozen=True)
class About:
    """What a task is about: its invoices that are still open, what they sum to, and the others.

    Of very many invoices only some are named and none summed; `count` is how many they are.
    """

    invoices: tuple[str, ...] = ()
    owed: tuple[Money, ...] = ()
    closed: int = 0
    count: int = 0


@dataclass(frozen=True)
class TaskFilter:
    """Which open tasks: of a role, of a person they were given to, of a kind."""

    role: str = ""
    who: str = ""
    what: str = ""
    q: str = ""


def task_page(connection: Connection, which: TaskFilter, today: date, place: Place) -> Page:
    """Open tasks, the oldest first."""
    return read_page(connection, _listed(connection, which, today), _ORDER, place)


def exported(connection: Connection, which: TaskFilter, today: date) -> Iterator[Row[Any]]:
    """The rows of a file."""
    return read_all(connection, _listed(connection, which, today), _ORDER)


def role_counts(connection: Connection) -> dict[str, Count]:
    """How many open tasks each role has."""
    query = select(TASK.c.task).where(OPEN_TASK)
    return counted_by(
        connection, query, TASK.c.owner, values_of(connection, TASK.c.owner, OPEN_TASK)
    )


def kinds_of_tasks(connection: Connection) -> list[str]:
    """The kinds of work that are open."""
    return values_of(connection, TASK.c.what, OPEN_TASK)


def task_named(connection: Connection, task: str) -> Row[Any]:
    """A task, open or done, with its owner. Raises NotAllowed."""
    query = select(TASK, CUSTOMER.c.name).select_from(TASK_AND_CUSTOMER)
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
    waits = (TASK.c.what == "approve", OPEN_TASK)
    query = query.where(*waits).order_by(TASK.c.opened_at, TASK.c.task)
    return list(connection.execute(query.limit(MOST_LETTERS)))


def tasks_of_customer(connection: Connection, customer: str) -> list[Row[Any]]:
    """A customer's open tasks."""
    query = select(TASK).where(TASK.c.customer == customer, OPEN_TASK)
    return list(connection.execute(query.order_by(TASK.c.opened_at, TASK.c.task)))


def about(connection: Connection, tasks: Iterable[str]) -> dict[str, About]:
    """What each of a page's tasks is about."""
    counted = select(ITEM.c.task, func.count()).where(ITEM.c.task.in_(list(tasks)))
    counts = {task: int(n) for task, n in connection.execute(counted.group_by(ITEM.c.task))}
    few = [task for task, count in counts.items() if count <= MOST_ITEMS]
    query: Select[Any] = (
        select(ITEM.c.task, CASE.c.invoice, CASE.c.currency, CASE.c.balance_minor, CASE.c.closed_on)
        .join_from(ITEM, CASE, ITEM.c.invoice == CASE.c.invoice)
        .where(ITEM.c.task.in_(few))
        .order_by(CASE.c.due_date, CASE.c.invoice)
    )
    rows: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(query):
        rows[row.task].append(row)
    found = {task: _about(items) for task, items in rows.items()}
    many = {task: _named(connection, task) for task in counts if task not in few}
    return defaultdict(About, found | many)


def _named(connection: Connection, task: str) -> About:
    """Some invoices of a task that is about very many."""
    mine = (ITEM.c.task == task, ITEM.c.outcome == "")
    query = select(ITEM.c.invoice).where(*mine).order_by(ITEM.c.invoice)
    names = tuple(connection.execute(query.limit(MOST_NAMED)).scalars())
    return About(names, count=counted_rows(connection, query, MOST_ITEMS))


def _listed(connection: Connection, which: TaskFilter, today: date) -> Select[Any]:
    query = select(TASK, CUSTOMER.c.name).select_from(TASK_AND_CUSTOMER)
    query = query.where(OPEN_TASK)
    if which.role:
        query = query.where(TASK.c.owner == which.role)
    if which.what:
        query = query.where(TASK.c.what == which.what)
    if which.q:
        mine = search(connection, which.q)
        query = query.where(or_(TASK.c.task == which.q, TASK.c.customer.in_(mine.customers)))
    return query.where(_given(connection, which.who, today)) if which.who else query


def _given(connection: Connection, who: str, today: date) -> ColumnElement[bool]:
    """Tasks that were given to a person, one by one or with a role's whole work."""
    known = delegations(connection, today)
    mine = [of for of in known if does_it(known, of) == who]
    return or_(TASK.c.task.in_(mine), and_(TASK.c.owner.in_(mine), TASK.c.task.not_in(list(known))))


def _about(items: list[Row[Any]]) -> About:
    still = [row for row in items if row.closed_on is None]
    owed = totals([Money(row.balance_minor, row.currency) for row in still])
    names = tuple(row.invoice for row in still)
    return About(names, tuple(owed.values()), len(items) - len(still), len(still))
