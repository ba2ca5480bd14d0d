"""The worklist: what people have to do, ranked by value, age and risk, and why in that order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import RowMapping

from activities.planning import Planner
from dunning.case import Case
from dunning.customer import Customer
from dunning.ladder import task_deadline
from dunning.money import Money
from dunning.promises import broken_in_a_row
from dunning.situation import Situation
from dunning.task_facts import Delegated
from ledger.books import Books
from ledger.delegations import delegations, does_it
from ledger.replies import waiting_replies
from ledger.tasks import OpenTask, invoices_of_tasks, open_tasks, promised_cases

_A_MONTH = 30


@dataclass(frozen=True)
class Work:
    """One thing to do; `amount` is what is open of its invoices, `due` when its time is over."""

    kind: str
    name: str
    what: str
    role: str
    who: str
    customer: str
    customer_name: str
    invoices: tuple[str, ...]
    amount: Money | None
    days_overdue: int
    since: datetime
    due: date | None
    late: bool
    why: str
    score: Decimal
    reasons: tuple[str, ...] = field(default=())


def worklist(books: Books, planner: Planner, now: datetime, who: str = "") -> list[Work]:
    """All open work, or that of a role or person, the most urgent first.

    The score is value × age × risk: what is open in multiples of the policy's minimum for its
    currency (so that currencies compare), months overdue, and how the customer kept its word.
    """
    known = delegations(books.connection, now.date())
    seen = _Seen(books, planner, now)
    found = [
        *_of_tasks(books, seen, known),
        *_of_replies(books, known, now),
        *_of_promises(books, seen, known),
    ]
    mine = [one for one in found if not who or who in (one.role, one.who)]
    return sorted(mine, key=lambda one: (-one.score, one.since, one.name))


class _Seen:
    """The situations of invoices, each looked up once."""

    def __init__(self, books: Books, planner: Planner, now: datetime) -> None:
        self._books, self._planner, self._now = books, planner, now
        self._customers: dict[str, Customer] = {}

    def of(self, invoices: Iterable[str]) -> dict[str, Situation]:
        cases = self._books.cases(dict.fromkeys(invoices))
        return {invoice: self._situation(case) for invoice, case in cases.items()}

    def _situation(self, case: Case) -> Situation:
        if case.customer not in self._customers:
            self._customers[case.customer] = self._books.customer(case.customer)
        return self._planner.situation(case, self._customers[case.customer], self._now)


def _of_tasks(books: Books, seen: _Seen, known: Mapping[str, Delegated]) -> Iterator[Work]:
    tasks = open_tasks(books.connection)
    about = invoices_of_tasks(books.connection, [one.task for one in tasks])
    situations = seen.of(invoice for invoices in about.values() for invoice in invoices)
    for task in tasks:
        mine = [situations[one] for one in about[task.task] if one in situations]
        if mine:
            yield _task(task, mine, known)


def _task(task: OpenTask, mine: Sequence[Situation], known: Mapping[str, Delegated]) -> Work:
    first = mine[0]
    own = next((one for one in first.case.tasks if one.task == task.task), None)
    due = task_deadline(first, own) if own else None
    late = due is not None and first.today >= due
    amount, score, reasons = _ranked(mine, late=late)
    return Work(
        kind="task",
        name=task.task,
        what=task.what,
        role=task.role,
        who=does_it(known, task.task if task.task in known else _owner(task.role, first)),
        customer=task.customer,
        customer_name=first.customer.name,
        invoices=tuple(one.case.invoice for one in mine),
        amount=amount,
        days_overdue=_days_overdue(mine),
        since=task.opened_at,
        due=due,
        late=late,
        why=task.why,
        score=score,
        reasons=reasons,
    )


def _owner(role: str, about: Situation) -> str:
    """Whose work it is: an associate's is that of the customer's collector, where one is named."""
    collector = about.customer.collector
    return collector if role == "associate" and collector else role


def _of_replies(books: Books, known: Mapping[str, Delegated], now: datetime) -> Iterator[Work]:
    """Messages nobody could be found for, and those that wait without a task of their own."""
    with_task = {one.task for one in open_tasks(books.connection) if one.what == "reply"}
    for row in waiting_replies(books.connection):
        if f"{row['customer']}:reply:{row['reply']}" not in with_task:
            yield _reply(row, known, now)


def _reply(row: RowMapping, known: Mapping[str, Delegated], now: datetime) -> Work:
    late = row["hold_until"] is not None and row["hold_until"] <= now
    unassigned = row["state"] == "unassigned"
    waits = "nobody knows which customer wrote it" if unassigned else "a customer's message waits"
    reasons = (waits, "its service level has run out") if late else (waits,)
    return Work(
        kind="reply",
        name=row["reply"],
        what="assign_reply" if unassigned else "reply",
        role="associate",
        who=does_it(known, "associate"),
        customer=row["customer"],
        customer_name="",
        invoices=(),
        amount=None,
        days_overdue=0,
        since=row["received_at"],
        due=row["hold_until"].date() if row["hold_until"] else None,
        late=late,
        why=waits,
        score=Decimal(2 if late else 1),
        reasons=reasons,
    )


def _of_promises(books: Books, seen: _Seen, known: Mapping[str, Delegated]) -> Iterator[Work]:
    """Promises for today whose money is not there yet."""
    for invoice, one in seen.of(promised_cases(books.connection)).items():
        promise = one.case.promise
        if promise is None or promise.promised_on != one.today or promise.is_kept(one.case.paid):
            continue
        amount, score, reasons = _ranked([one], late=False)
        yield Work(
            kind="promise",
            name=f"{invoice}:promise",
            what="promise_due",
            role="associate",
            who=does_it(known, _owner("associate", one)),
            customer=one.case.customer,
            customer_name=one.customer.name,
            invoices=(invoice,),
            amount=amount,
            days_overdue=_days_overdue([one]),
            since=promise.at,
            due=promise.promised_on,
            late=False,
            why=f"{promise.amount} is promised for today",
            score=score,
            reasons=("promised for today", *reasons),
        )


def _ranked(mine: Sequence[Situation], *, late: bool) -> tuple[Money, Decimal, tuple[str, ...]]:
    """What is open, the score, and the reasons for it in words."""
    currency = mine[0].case.amount.currency
    zero = Money.zero(currency)
    alike = [one for one in mine if one.case.amount.currency == currency]
    open_sum = sum((max(one.case.balance, zero) for one in alike), start=zero)
    least = max(mine[0].policy.minimum(currency), Money(1, currency))
    value = max(Decimal(1), open_sum.major / least.major)
    days = _days_overdue(mine)
    age = 1 + Decimal(days) / _A_MONTH
    level = max(one.case.level for one in mine)
    broken = max(broken_in_a_row(one) for one in mine)
    risk = 1 + Decimal(level) / 4 + Decimal(broken) / 2 + (1 if late else 0)
    said = (
        f"{open_sum} open",
        f"{days} days overdue" if days else "not overdue",
        f"level {level}" if level else "",
        f"promises broken in a row: {broken}" if broken else "",
        "its time is over" if late else "",
    )
    score = (value * age * risk).quantize(Decimal("0.01"))
    return open_sum, score, tuple(one for one in said if one)


def _days_overdue(mine: Sequence[Situation]) -> int:
    return max(0, *((one.today - one.case.due_date).days for one in mine))
