"""The work queue: open tasks, the most urgent first, with the reasons for their place.

The score is value × age × risk as in `commands.cases.worklist`, taken from the lists alone, so
that the page costs the same however long the histories are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, Select, case, func, or_, select

from dunning.money import Money
from dunning.task_facts import Delegated
from ledger.delegations import delegations, does_it
from ledger.tables import CaseRow, CustomerRow, TaskItemRow, TaskRow, table

TASK, ITEM = table(TaskRow), table(TaskItemRow)
CASE, CUSTOMER = table(CaseRow), table(CustomerRow)
ROLE = case((TASK.c.raised_to == "", TASK.c.role), else_=TASK.c.raised_to)
_OWED = func.sum(CASE.c.balance_minor)
_COLUMNS = (
    TASK.c.task,
    TASK.c.what,
    ROLE.label("owner"),
    TASK.c.customer,
    TASK.c.why,
    TASK.c.opened_at,
    TASK.c.raised_to,
    func.max(CUSTOMER.c.name).label("name"),
    func.min(CASE.c.currency).label("currency"),
    func.max(CASE.c.currency).label("other"),
    func.min(CASE.c.due_date).label("due"),
    func.max(CASE.c.level).label("level"),
    func.count().label("invoices"),
)
# Of more tasks, those about most money are ranked.
MOST_RANKED = 3_000
PAGE_ROWS = 50
_A_MONTH = 30
# A task may be about thousands: so many of its invoices are named.
_SHOWN_INVOICES = 1


@dataclass(frozen=True)
class WorkFilter:
    """Which work is listed: `who` is a role or a person, `q` a part of a number or name."""

    q: str = ""
    what: str = ""
    who: str = ""


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
    total: int
    counts: Mapping[str, int]
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
    rows = connection.execute(_query(which).limit(MOST_RANKED)).all()
    found = [_item(row, known, today, minimum) for row in rows]
    mine = [one for one in found if not which.who or which.who in (one.role, one.who)]
    mine.sort(key=lambda one: (-one.score, one.since, one.task))
    start = next((at + 1 for at, one in enumerate(mine) if one.task == after), 0) if after else 0
    shown = mine[start : start + PAGE_ROWS]
    more = start + PAGE_ROWS < len(mine)
    named = _invoices(connection, [one.task for one in shown])
    items = [_with_invoices(one, named.get(one.task, ())) for one in shown]
    return WorkPage(items, len(mine), _counts(connection), shown[-1].task if more else "")


def chosen_items(connection: Connection, tasks: Sequence[str]) -> list[Row[Any]]:
    """The open tasks of these names, for people to look at once more before they act on them."""
    query = select(TASK, CUSTOMER.c.name).select_from(
        TASK.outerjoin(CUSTOMER, TASK.c.customer == CUSTOMER.c.customer)
    )
    mine = (TASK.c.task.in_(list(tasks)), TASK.c.outcome == "")
    return list(connection.execute(query.where(*mine).order_by(TASK.c.opened_at)))


def _query(which: WorkFilter) -> Select[Any]:
    query = (
        select(*_COLUMNS, _OWED.label("owed"))
        .select_from(TASK)
        .join(ITEM, ITEM.c.task == TASK.c.task)
        .join(CASE, CASE.c.invoice == ITEM.c.invoice)
        .outerjoin(CUSTOMER, CUSTOMER.c.customer == TASK.c.customer)
        .where(TASK.c.outcome == "", ITEM.c.outcome == "", CASE.c.closed_on.is_(None))
        .group_by(TASK.c.task)
        .order_by(_OWED.desc(), TASK.c.task)
    )
    if which.what:
        query = query.where(TASK.c.what == which.what)
    if which.q:
        columns = (TASK.c.customer, CUSTOMER.c.name, ITEM.c.invoice)
        query = query.where(or_(*(one.icontains(which.q, autoescape=True) for one in columns)))
    return query


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
        f"level {row.level}" if row.level else "",
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


def _invoices(connection: Connection, tasks: Iterable[str]) -> dict[str, list[str]]:
    """Some invoices of each task; a task may be about thousands."""
    found: dict[str, list[str]] = {}
    for task in tasks:
        mine = (ITEM.c.task == task, ITEM.c.outcome == "")
        query = select(ITEM.c.invoice).where(*mine).order_by(ITEM.c.invoice).limit(_SHOWN_INVOICES)
        found[task] = list(connection.execute(query).scalars())
    return found


def _counts(connection: Connection) -> dict[str, int]:
    """How many tasks of each kind are open."""
    query = select(TASK.c.what, func.count()).where(TASK.c.outcome == "").group_by(TASK.c.what)
    return {what: int(count) for what, count in connection.execute(query)}
