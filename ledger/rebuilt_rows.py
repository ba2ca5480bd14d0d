"""The rows that the facts make, of lists that are no list of cases or customers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

from sqlalchemy import select
from sqlmodel import SQLModel

from dunning import facts
from dunning.cash_facts import ApplicationUndone
from dunning.payment import PaymentReceived
from dunning.people import fold_person
from dunning.person_facts import IdentityGiven, IdentityTaken, PersonFact
from dunning.task_facts import TaskRaised
from ledger.applications import used_on
from ledger.books import Books
from ledger.cash import standing_rows
from ledger.credits import OutflowRow, outflow_rows, payments_with_moves
from ledger.findings import AuditRunRow, FindingRow, finding_rows, run_rows
from ledger.holds import HoldRow, hold_rows
from ledger.identities import IdentityRow
from ledger.payment_standing import StandingRow
from ledger.people import LISTED, PersonRow, person_row
from ledger.periods import PeriodRow, period_rows
from ledger.plan_list import PlanRow, plan_rows
from ledger.projections import payment_row, task_row
from ledger.rows import Row, chunks
from ledger.tables import FactRow, PaymentRow, table
from ledger.wire import AnyFact, fact_of

FACT = table(FactRow)
Key = tuple[Any, ...]


def tasks(books: Books) -> tuple[list[Row], list[Row]]:
    """Every task as its first fact opened it and its last one closed it, and what it is about.

    It is closed when it is closed for every invoice it is about.
    """
    found = list(_recorded(books, "task_opened", "task_raised", "task_closed"))
    customers = customers_of(books, sorted({invoice for invoice, _ in found}))
    made: dict[str, Row] = {}
    items: dict[Key, Row] = {}
    still_open: dict[str, set[str]] = defaultdict(set)
    for invoice, fact in found:
        if isinstance(fact, facts.TaskOpened):
            made.setdefault(fact.task, task_row(customers[invoice], fact))["outcome"] = ""
            items[fact.task, invoice] = {"task": fact.task, "invoice": invoice, "outcome": ""}
            still_open[fact.task].add(invoice)
        elif isinstance(fact, TaskRaised):
            made[fact.task] |= {"raised_to": fact.role, "owner": fact.role}
        elif isinstance(fact, facts.TaskClosed) and (fact.task, invoice) in items:
            items[fact.task, invoice]["outcome"] = fact.outcome
            still_open[fact.task].discard(invoice)
            if not still_open[fact.task]:
                made[fact.task]["outcome"] = fact.outcome
    return list(made.values()), list(items.values())


def customers_of(books: Books, invoices: Iterable[str]) -> dict[str, str]:
    """The customer of each of these invoices, as its first fact says."""
    found: dict[str, str] = {}
    query = select(FACT.c.kind, FACT.c.body, FACT.c.recorded_at, FACT.c.by)
    for some in chunks(f"invoice:{invoice}" for invoice in invoices):
        first = query.where(FACT.c.stream.in_(some), FACT.c.number == 1)
        for row in books.connection.execute(first):
            opened = fact_of(*row)
            assert isinstance(opened, facts.InvoiceOpened), "a case begins when its invoice opens"
            found[opened.invoice] = opened.customer
    return found


def _payments(books: Books) -> Iterator[Row]:
    applied: Counter[str] = Counter()
    for _, fact in _recorded(books, "payment_applied", "payment_reversed", "application_undone"):
        if isinstance(fact, facts.PaymentApplied):
            applied[fact.payment] += fact.amount.minor
        elif isinstance(fact, facts.PaymentReversed | ApplicationUndone):
            applied[fact.payment] -= fact.amount.minor
    for payment, moves in payments_with_moves(books).items():
        applied[payment] += sum(one.amount.minor for one in moves if one.keeps)
    # The list of movements is made before this one.
    used = used_on(books.connection)
    for _, fact in _recorded(books, "payment_received"):
        if isinstance(fact, PaymentReceived):
            last = {"last_used_on": used.get(fact.payment)}
            yield payment_row(fact, applied[fact.payment]) | last


def _people(books: Books) -> Iterator[Row]:
    found: dict[str, list[PersonFact]] = defaultdict(list)
    for person, fact in _recorded(books, *LISTED):
        found[person].append(cast("PersonFact", fact))
    for history in found.values():
        yield person_row(fold_person(history), history[0].at)


def _identities(books: Books) -> Iterator[Row]:
    found: dict[str, str] = {}
    for person, fact in _recorded(books, "identity_given", "identity_taken"):
        if isinstance(fact, IdentityGiven):
            found[fact.identity] = person
        elif isinstance(fact, IdentityTaken):
            found.pop(fact.identity, None)
    for identity, person in found.items():
        yield {"identity": identity, "person": person}


def _holds(books: Books) -> Iterator[Row]:
    return hold_rows(_recorded(books, "hold_placed", "hold_lifted"))


def _plans(books: Books) -> Iterator[Row]:
    return plan_rows(_recorded(books, "plan_proposed", "plan_approved", "plan_ended"))


def _recorded(books: Books, *kinds: str) -> Iterator[tuple[str, AnyFact]]:
    """Every fact of these kinds with what its stream is about, in the order of recording."""
    query = select(FACT.c.stream, FACT.c.kind, FACT.c.body, FACT.c.recorded_at, FACT.c.by)
    ordered = query.where(FACT.c.kind.in_(kinds)).order_by(FACT.c.id)
    for stream, *row in books.connection.execute(ordered, execution_options={"yield_per": 1000}):
        yield stream.partition(":")[2], fact_of(*row)


# Lists that facts of their own make, each by itself.
ALONE: Mapping[type[SQLModel], Callable[[Books], Iterator[Row]]] = {
    PaymentRow: _payments,
    StandingRow: standing_rows,
    OutflowRow: outflow_rows,
    PeriodRow: period_rows,
    FindingRow: finding_rows,
    AuditRunRow: run_rows,
    HoldRow: _holds,
    PlanRow: _plans,
    PersonRow: _people,
    IdentityRow: _identities,
}
