"""The work queue: open tasks, the most urgent first, with the reasons for their place.

The score is value × age × risk as in `commands.cases.worklist`, taken from the lists alone, so
that the page costs the same however long the histories are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, Select, func, literal, select

from console.reading.counting import Count, counted_by, values_of
from console.reading.largest_tasks import MOST_RANKED, WorkFilter, by_size, largest
from dunning.money import Money
from dunning.task_facts import Delegated
from ledger.delegations import delegations, does_it
from ledger.list_indexes import OPEN_TASK
from ledger.tables import CaseRow, CustomerRow, TaskItemRow, TaskRow, table

TASK, ITEM = table(TaskRow), table(TaskItemRow)
CASE, CUSTOMER = table(CaseRow), table(CustomerRow)
_OWED = func.sum(CASE.c.balance_minor)
_OF_TASK = tuple(
    TASK.c[name] for name in "task what owner customer why opened_at raised_to".split()
)
_COLUMNS = (
    *_OF_TASK,
    func.max(CUSTOMER.c.name).label("name"),
    func.min(CASE.c.currency).label("currency"),
    func.max(CASE.c.currency).label("other"),
    func.min(CASE.c.due_date).label("due"),
    func.max(CASE.c.level).label("level"),
    func.count().label("invoices"),
)
PAGE_ROWS = 50
# Of a task about very many invoices so many are looked at.
_LOOKED_AT = 200
_A_MONTH = 30


@dataclass(frozen=True)
class Item:
    """One thing to do, with its place in the ranking and why it has it."""

    task: str
    what: str
    role: str
    who: str
    customer: str
    name: str
    why: str
    since: datetime
    raised: bool
    invoices: tuple[str, ...]
    count: int
    amount: Money
    mixed: bool
    days: int
    score: Decimal
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class WorkPage:
    """A page of the queue, how many things there are in all, and what would come after."""

    items: Sequence[Item]
    total: Count
    counts: Mapping[str, Count]
    next: str


def work_page(
    connection: Connection,
    which: WorkFilter,
    today: date,
    minimum: Callable[[str], Money],
    after: str = "",
) -> WorkPage:
    """The most urgent work; `after` is the task the page before ended with.

    `minimum` is the smallest sum worth a step in a currency: it makes currencies compare.
    """
    known = delegations(connection, today)
    chosen = largest(connection, which, known)
    few, many = by_size(connection, chosen)
    rows = list(connection.execute(_about(few)))
    rows += [row for task in many for row in connection.execute(_about_large(task, many[task]))]
    found = [_item(row, known, today, minimum) for row in rows]
    found.sort(key=lambda one: (-one.score, one.since, one.task))
    start = next((at + 1 for at, one in enumerate(found) if one.task == after), 0) if after else 0
    shown = found[start : start + PAGE_ROWS]
    more = start + PAGE_ROWS < len(found)
    named = _invoices(connection, [one.task for one in shown])
    items = [_with_invoices(one, named.get(one.task, ())) for one in shown]
    total = Count(len(found), more=len(chosen) == MOST_RANKED)
    return WorkPage(items, total, _counts(connection), shown[-1].task if more else "")


def chosen_items(connection: Connection, tasks: Sequence[str]) -> list[Row[Any]]:
    """The open tasks of these names, for people to look at once more before they act on them."""
    query = select(TASK, CUSTOMER.c.name).select_from(
        TASK.outerjoin(CUSTOMER, TASK.c.customer == CUSTOMER.c.customer)
    )
    mine = (TASK.c.task.in_(list(tasks)), OPEN_TASK)
    return list(connection.execute(query.where(*mine).order_by(TASK.c.opened_at)))


def _about_large(task: str, count: int) -> Select[Any]:
    """What is known of a task without looking at all its invoices."""
    some = select(ITEM.c.invoice).where(ITEM.c.task == task, ITEM.c.outcome == "")
    mine = CASE.c.invoice.in_(some.limit(_LOOKED_AT))
    columns = (func.min(CASE.c.currency), func.max(CASE.c.currency), func.min(CASE.c.due_date))
    names = ("currency", "other", "due")
    found = select(
        *(column.label(name) for column, name in zip(columns, names, strict=True)),
        func.max(CASE.c.level).label("level"),
    )
    its = found.where(mine, CASE.c.closed_on.is_(None)).subquery()
    return (
        select(*_OF_TASK, CUSTOMER.c.name, its, literal(count).label("invoices"))
        .add_columns(TASK.c.owed_minor.label("owed"))
        .select_from(TASK.join(its, its.c.due.is_not(None)))
        .outerjoin(CUSTOMER, CUSTOMER.c.customer == TASK.c.customer)
        .where(TASK.c.task == task)
    )


def _about(tasks: Sequence[str]) -> Select[Any]:
    return (
        select(*_COLUMNS, _OWED.label("owed"))
        .select_from(TASK)
        .join(ITEM, ITEM.c.task == TASK.c.task)
        .join(CASE, CASE.c.invoice == ITEM.c.invoice)
        .outerjoin(CUSTOMER, CUSTOMER.c.customer == TASK.c.customer)
        .where(TASK.c.task.in_(tasks), ITEM.c.outcome == "", CASE.c.closed_on.is_(None))
        .group_by(TASK.c.task)
    )


def _item(
    row: Row[Any],
    known: Mapping[str, Delegated],
    today: date,
    minimum: Callable[[str], Money],
) -> Item:
    mixed = row.currency != row.other
    amount = Money(max(0, row.owed), row.currency)
    least = max(minimum(row.currency).minor, 1)
    days = max(0, (today - row.due).days)
    score = _score(Decimal(amount.minor) / least, days, row.level, raised=bool(row.raised_to))
    reasons = (
        "several currencies" if mixed else f"{amount} open",
        f"{days} days overdue" if days else "not overdue",
        f"dunning level {row.level}" if row.level else "",
        "nobody did it in time" if row.raised_to else "",
    )
    return Item(
        task=row.task,
        what=row.what,
        role=row.owner,
        who=does_it(known, row.task if row.task in known else row.owner),
        customer=row.customer,
        name=row.name or row.customer,
        why=row.why,
        since=row.opened_at,
        raised=bool(row.raised_to),
        invoices=(),
        count=row.invoices,
        amount=amount,
        mixed=mixed,
        days=days,
        score=score,
        reasons=tuple(one for one in reasons if one),
    )


def _score(value: Decimal, days: int, level: int, *, raised: bool) -> Decimal:
    age = 1 + Decimal(days) / _A_MONTH
    risk = 1 + Decimal(level) / 4 + (1 if raised else 0)
    return (max(Decimal(1), value) * age * risk).quantize(Decimal("0.01"))


def _with_invoices(item: Item, invoices: Sequence[str]) -> Item:
    return replace(item, invoices=tuple(invoices))


def _invoices(connection: Connection, tasks: Sequence[str]) -> dict[str, list[str]]:
    """An invoice of each task; a task may be about thousands."""
    mine = (ITEM.c.task.in_(tasks), ITEM.c.outcome == "")
    query = select(ITEM.c.task, func.min(ITEM.c.invoice)).where(*mine).group_by(ITEM.c.task)
    return {task: [invoice] for task, invoice in connection.execute(query)}


def _counts(connection: Connection) -> Mapping[str, Count]:
    """How many tasks of each kind are open."""
    kinds = values_of(connection, TASK.c.what, OPEN_TASK)
    return counted_by(connection, select(TASK.c.task).where(OPEN_TASK), TASK.c.what, kinds)
