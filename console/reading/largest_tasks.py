"""The tasks of the work queue that are about most money, found by their index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select, union

from console.reading.search import search
from dunning.task_facts import Delegated
from ledger.delegations import does_it
from ledger.list_indexes import OPEN_TASK
from ledger.tables import TaskItemRow, TaskRow, table

TASK, ITEM = table(TaskRow), table(TaskItemRow)
# Of more tasks, those about most money are ranked.
MOST_RANKED = 300
# A task about more invoices is ranked by what was open when it was opened, and by some of them.
MOST_ITEMS = 1_000


@dataclass(frozen=True)
class WorkFilter:
    """Which work is listed: `who` is a role or a person, `q` a part of a number or name."""

    q: str = ""
    what: str = ""
    who: str = ""


def largest(connection: Connection, which: WorkFilter, known: Mapping[str, Delegated]) -> list[str]:
    """The open tasks of the filter that are about most money."""
    parts = [
        select(
            one.order_by(TASK.c.owed_minor.desc(), TASK.c.task.desc()).limit(MOST_RANKED).subquery()
        )
        for one in _of(which.who, known, _listed(connection, which))
    ]
    both = union(*parts).subquery()
    ordered = select(both.c.task).order_by(both.c.owed_minor.desc(), both.c.task.desc())
    return list(connection.execute(ordered.limit(MOST_RANKED)).scalars())


def by_size(connection: Connection, tasks: Sequence[str]) -> tuple[list[str], dict[str, int]]:
    """The tasks about few invoices, and those about very many with how many they are."""
    query = select(ITEM.c.task, func.count()).where(ITEM.c.task.in_(tasks)).group_by(ITEM.c.task)
    counts = {task: int(count) for task, count in connection.execute(query)}
    few = [task for task, count in counts.items() if count <= MOST_ITEMS]
    return few, {task: count for task, count in counts.items() if count > MOST_ITEMS}


def _listed(connection: Connection, which: WorkFilter) -> Select[Any]:
    query = select(TASK.c.task, TASK.c.owed_minor).where(OPEN_TASK)
    if which.what:
        query = query.where(TASK.c.what == which.what)
    if which.q:
        mine = search(connection, which.q)
        spoken = select(ITEM.c.task).where(ITEM.c.invoice.in_(mine.invoices))
        found = or_(TASK.c.customer.in_(mine.customers), TASK.c.task.in_(spoken))
        query = query.where(found)
    return query


def _of(who: str, known: Mapping[str, Delegated], query: Select[Any]) -> Iterator[Select[Any]]:
    """What is a role's or a person's own, or was given to them; each finds its way by itself."""
    if not who:
        yield query
        return
    given = [of for of in known if does_it(known, of) == who]
    yield query.where(TASK.c.task.in_(given))
    for owner in dict.fromkeys((who, *given)):
        yield query.where(TASK.c.owner == owner)
