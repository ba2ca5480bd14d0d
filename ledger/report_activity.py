"""What was done about receivables in a period: promises, contacts, touches, people's work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from dunning.customer_facts import CustomerPaused, CustomerResumed, HoldLifted, HoldPlaced
from dunning.facts import TaskClosed
from dunning.money import Money
from dunning.promise import WITHDRAWN
from dunning.promise_facts import PromiseMade, PromiseSettled, PromiseWithdrawn
from dunning.task_facts import CallMade
from ledger.applications import APPLICATION
from ledger.report_items import items_on
from ledger.report_reading import EVERYTHING, Scope, after, known_movements
from ledger.tables import FactRow, MessageItemRow, MessageRow, table
from ledger.wire import AnyFact, fact_of

FACT, MESSAGE, ITEM = table(FactRow), table(MessageRow), table(MessageItemRow)
# Who records facts besides people.
_MACHINES = ("duncan", "import")
_REACHED_NOBODY = ("refused", "bounced")


@dataclass(frozen=True)
class PromiseOn:
    """A promise as it stood at the end of a day; `settled_on` is when its outcome came first."""

    invoice: str
    amount: Money
    promised_on: date
    outcome: str = ""
    settled_on: date | None = None


@dataclass
class Productivity:
    """What one person recorded in a period."""

    by: str
    facts: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    # Each call once, however many invoices it was about: its outcome by task and moment.
    calls: dict[tuple[str, datetime], str] = field(default_factory=dict)


def promises_on(connection: Connection, day: date) -> list[PromiseOn]:
    """Every promise made by the end of the day, with its latest outcome of then."""
    promises: dict[str, list[PromiseOn]] = defaultdict(list)
    kinds = ("promise_made", "promise_settled", "promise_withdrawn")
    for invoice, fact in _recorded(connection, kinds, None, day):
        mine = promises[invoice]
        if isinstance(fact, PromiseMade):
            mine.append(PromiseOn(invoice, fact.amount, fact.promised_on))
        elif isinstance(fact, PromiseWithdrawn):
            _withdraw(mine, fact.at)
        elif isinstance(fact, PromiseSettled) and len(mine) >= fact.number:
            one = mine[fact.number - 1]
            settled_on = _first(one, fact.at)
            mine[fact.number - 1] = replace(one, outcome=fact.outcome, settled_on=settled_on)
    return [one for mine in promises.values() for one in mine]


def customers_on_hold(connection: Connection, day: date) -> set[str]:
    """The customers that were paused or held altogether at the end of the day."""
    paused: dict[str, date] = {}
    holds: dict[str, set[str]] = defaultdict(set)
    kinds = ("customer_paused", "customer_resumed", "hold_placed", "hold_lifted")
    for customer, fact in _recorded(connection, kinds, None, day):
        if isinstance(fact, CustomerPaused):
            paused[customer] = fact.until
        elif isinstance(fact, CustomerResumed):
            paused.pop(customer, None)
        elif isinstance(fact, HoldPlaced):
            holds[customer].add(fact.hold)
        elif isinstance(fact, HoldLifted):
            holds[customer].discard(fact.hold)
    still = {customer for customer, until in paused.items() if until >= day}
    return still | {customer for customer, placed in holds.items() if placed}


def overdue_customers(connection: Connection, day: date, scope: Scope = EVERYTHING) -> set[str]:
    """The customers with something overdue at the end of the day that is not in dispute."""
    item = items_on(day, scope=scope)
    overdue = and_(item.c.due_date < day, item.c.balance > item.c.disputed)
    query = select(item.c.customer).where(overdue).distinct()
    return set(connection.execute(query).scalars())


def touched_customers(connection: Connection, first: date, last: date) -> set[str]:
    """The customers who got a reminder in the period; what came back reached nobody."""
    query = select(MESSAGE.c.customer).where(*reminders(first, last)).distinct()
    return set(connection.execute(query).scalars())


def reminders(first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    """The messages of the period that reminded, by what was known on its last day."""
    within = and_(MESSAGE.c.local_date >= first, MESSAGE.c.local_date <= last)
    return within, MESSAGE.c.level > 0, _reached(last)


def touches_to_cash(
    connection: Connection, first: date, last: date, scope: Scope = EVERYTHING
) -> list[int]:
    """How many reminders each invoice took whose last payment came in the period and settled it."""
    item = items_on(last, settled_too=True, scope=scope)
    paid = (
        select(APPLICATION.c.invoice, func.max(APPLICATION.c.on).label("on"))
        .where(APPLICATION.c.kind == "payment", APPLICATION.c.on <= last, *known_movements(scope))
        .group_by(APPLICATION.c.invoice)
        .subquery("paid")
    )
    touches = _touches(last).subquery("touches")
    before = and_(touches.c.invoice == paid.c.invoice, touches.c.local_date <= paid.c.on)
    joined = paid.join(item, item.c.invoice == paid.c.invoice).outerjoin(touches, before)
    query = select(func.count(touches.c.local_date)).select_from(joined)
    settled = query.where(paid.c.on >= first, item.c.balance == 0).group_by(paid.c.invoice)
    return [int(count) for count in connection.execute(settled).scalars()]


def days_to_first_touch(
    connection: Connection, first: date, last: date, scope: Scope = EVERYTHING
) -> list[int]:
    """Days from the due date to the first reminder, of invoices that got it in the period."""
    touches = _touches(last).subquery("touches")
    item = items_on(last, settled_too=True, scope=scope)
    begun = func.min(touches.c.local_date)
    query = select(item.c.due_date, begun).select_from(
        touches.join(item, item.c.invoice == touches.c.invoice)
    )
    late = query.where(touches.c.local_date > item.c.due_date)
    grouped = late.group_by(item.c.invoice, item.c.due_date)
    found = connection.execute(grouped.having(begun >= first, begun <= last))
    return [(touched - due).days for due, touched in found]


def productivity(connection: Connection, first: date, last: date) -> list[Productivity]:
    """What each person recorded in the period: facts by kind, and calls with their outcomes."""
    people: dict[str, Productivity] = {}
    query = select(FACT.c.by, FACT.c.kind, func.count()).where(*_within(first, last))
    for by, kind, count in connection.execute(query.group_by(FACT.c.by, FACT.c.kind)):
        if by not in _MACHINES:
            one = people.setdefault(by, Productivity(by))
            one.kinds[kind] = int(count)
            one.facts += int(count)
    for _, fact in _recorded(connection, ("call_made", "task_closed"), first, last):
        if isinstance(fact, CallMade | TaskClosed) and fact.by in people:
            people[fact.by].calls[fact.task, fact.at] = fact.outcome
    return [people[by] for by in sorted(people)]


def _touches(last: date) -> Select[Any]:
    columns = select(ITEM.c.invoice, MESSAGE.c.local_date)
    joined = columns.join_from(ITEM, MESSAGE, MESSAGE.c.attempt == ITEM.c.attempt)
    return joined.where(ITEM.c.covered, MESSAGE.c.level > 0, _reached(last))


def _reached(last: date) -> ColumnElement[bool]:
    """Messages of which nobody knew on the last day that they had reached nobody."""
    return or_(MESSAGE.c.state.not_in(_REACHED_NOBODY), MESSAGE.c.settled_at >= after(last))


def _within(first: date | None, last: date) -> Iterator[ColumnElement[bool]]:
    yield FACT.c.recorded_at < after(last)
    if first:
        yield FACT.c.recorded_at >= datetime.combine(first, time(), UTC)


def _recorded(
    connection: Connection, kinds: Sequence[str], first: date | None, last: date
) -> Iterator[tuple[str, AnyFact]]:
    """Facts of these kinds with what their stream is about, in the order of recording."""
    query = select(FACT.c.stream, FACT.c.kind, FACT.c.body, FACT.c.recorded_at, FACT.c.by)
    chosen = query.where(FACT.c.kind.in_(kinds), *_within(first, last)).order_by(FACT.c.id)
    for stream, *row in connection.execute(chosen, execution_options={"yield_per": 1000}):
        yield stream.partition(":")[2], fact_of(*row)


def _withdraw(promises: list[PromiseOn], at: datetime) -> None:
    """End the latest promise that nobody withdrew yet."""
    for place in reversed(range(len(promises))):
        one = promises[place]
        if one.outcome != WITHDRAWN:
            promises[place] = replace(one, outcome=WITHDRAWN, settled_on=_first(one, at))
            return


def _first(promise: PromiseOn, at: datetime) -> date:
    return promise.settled_on or at.date()
