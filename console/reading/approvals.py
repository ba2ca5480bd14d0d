"""What waits for somebody's decision: letters, promises, write-offs, plans, credits, refunds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from commands.adjustments.decisions import APPROVAL
from commands.cases.decision_actions import CREDIT, DECISIONS, LETTER
from console.reading.counting import Count, counted_by
from console.reading.paging import Order, Page, Place, read_all, read_page
from dunning.case import Case
from dunning.customer import Customer
from dunning.dispute_steps import dispute_of_step
from dunning.money import Money
from dunning.people import Person
from dunning.proposal import PLAN_APPROVAL, open_proposal, same_person
from ledger.books import Books
from ledger.list_indexes import OPEN_TASK
from ledger.rows import chunks
from ledger.tables import CustomerRow, TaskItemRow, TaskRow, table

TASK, ITEM, CUSTOMER = table(TaskRow), table(TaskItemRow), table(CustomerRow)
PROPOSED = tuple(one for one in DECISIONS if one != LETTER)
_ORDER = Order(TASK.c.opened_at, TASK.c.task, datetime.fromisoformat)
_LISTED = TASK.outerjoin(CUSTOMER, TASK.c.customer == CUSTOMER.c.customer)


@dataclass(frozen=True)
class ApprovalFilter:
    """Which decisions: of a kind, and those the person may take (`mine`) or all."""

    what: str = ""
    whose: str = "mine"


@dataclass(frozen=True)
class Asked:
    """A decision that is waited for: who asked for it, and what it comes to where it is money."""

    task: str
    what: str
    customer: str
    name: str
    invoice: str
    invoices: int
    role: str
    by: str
    amount: Money | None
    why: str
    since: datetime

    def may_be_decided_by(self, person: Person | None) -> bool:
        """Whether the person has the right, and did not ask for it."""
        right = "approve_letters" if self.what == LETTER else "approve"
        able = person is not None and right in person.rights
        return able and person is not None and not same_person(self.by, person.person)


def kinds_for(person: Person | None) -> tuple[str, ...]:
    """The kinds of decisions the person has the right to take."""
    rights = person.rights if person else frozenset()
    letters = (LETTER,) if "approve_letters" in rights else ()
    return (*letters, *(PROPOSED if "approve" in rights else ()))


def approval_page(
    connection: Connection, which: ApprovalFilter, person: Person | None, place: Place
) -> Page:
    """Decisions that are waited for, the oldest first."""
    return read_page(connection, _listed(which, person), _ORDER, place)


def exported(books: Books, which: ApprovalFilter, person: Person | None) -> Iterator[Asked]:
    """Every decision of the filter, for a file."""
    for some in chunks(read_all(books.connection, _listed(which, person), _ORDER)):
        yield from asked_for(books, some)


def approval_counts(connection: Connection, kinds: Sequence[str]) -> dict[str, Count]:
    """How many of each kind wait."""
    return counted_by(connection, select(TASK.c.task).where(OPEN_TASK), TASK.c.what, kinds)


def asked_for(books: Books, rows: Sequence[Row[Any]]) -> list[Asked]:
    """The rows with who asked and what it comes to, read from the cases."""
    first = _first_invoices(books.connection, [row.task for row in rows])
    cases = books.cases(invoice for invoice, _ in first.values())
    owners = {row.customer for row in rows if row.what == PLAN_APPROVAL}
    customers = {one: books.customer(one) for one in owners}
    return [_asked(row, first, cases, customers) for row in rows]


def asked_of(books: Books, task: str) -> Asked | None:
    """What one open task asks to decide."""
    query = select(TASK, CUSTOMER.c.name).select_from(_LISTED)
    mine = (TASK.c.task == task, OPEN_TASK, TASK.c.what.in_(DECISIONS))
    rows = books.connection.execute(query.where(*mine)).all()
    return next(iter(asked_for(books, rows)), None)


def _listed(which: ApprovalFilter, person: Person | None) -> list[Select[Any]]:
    """A query for each kind, so that each finds its way through the index of kinds."""
    kinds = DECISIONS if which.whose == "all" else kinds_for(person)
    query = select(TASK, CUSTOMER.c.name).select_from(_LISTED).where(OPEN_TASK)
    chosen = [one for one in kinds if which.what in ("", one)]
    return [query.where(TASK.c.what == one) for one in chosen or ("",)]


def _first_invoices(connection: Connection, tasks: Sequence[str]) -> Mapping[str, tuple[str, int]]:
    """One open invoice of each task, and how many it has."""
    query = (
        select(ITEM.c.task, func.min(ITEM.c.invoice), func.count())
        .where(ITEM.c.task.in_(tasks), ITEM.c.outcome == "")
        .group_by(ITEM.c.task)
    )
    return {task: (invoice, int(count)) for task, invoice, count in connection.execute(query)}


def _asked(
    row: Row[Any],
    first: Mapping[str, tuple[str, int]],
    cases: Mapping[str, Case],
    customers: Mapping[str, Customer],
) -> Asked:
    invoice, count = first.get(row.task, ("", 0))
    case = cases.get(invoice)
    by, amount = _who_and_what(row, case, customers.get(row.customer)) if case else ("", None)
    if row.what == LETTER and count > 1:
        # Of one invoice it would look like the whole, and currencies are never summed.
        amount = None
    return Asked(
        task=row.task,
        what=row.what,
        customer=row.customer,
        name=row.name or row.customer,
        invoice=invoice,
        invoices=count,
        role=row.raised_to or row.role,
        by=by,
        amount=amount,
        why=row.why,
        since=row.opened_at,
    )


def _who_and_what(row: Row[Any], case: Case, customer: Customer | None) -> tuple[str, Money | None]:
    if row.what == LETTER:
        return "", case.balance
    if row.what == PLAN_APPROVAL:
        plans = customer.plans if customer else ()
        plan = next((one for one in plans if row.task == f"{one.plan}:approval"), None)
        return (plan.by, plan.total) if plan else ("", None)
    if row.what == CREDIT:
        named = dispute_of_step(row.step)
        waits = [one.undecided for one in case.disputes if one.dispute == named]
        return next(((one.by, one.amount) for one in waits if one), ("", None))
    if row.what == APPROVAL:
        found = (one for one in case.asked if one.adjustment == row.task)
        return next(((one.by, one.amount) for one in found), ("", None))
    proposal = open_proposal(case.proposals, row.what.removesuffix("_approval"))
    return (proposal.by, proposal.amount or case.balance) if proposal else ("", None)
