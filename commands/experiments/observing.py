"""What became of the customers of an experiment, as the facts tell it up to a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import cast

from sqlalchemy import select

from activities.planning import Planner
from dunning.case import Case
from dunning.contact_facts import ContactBlocked, ReplyReceived
from dunning.customer import Customer, fold_customer
from dunning.customer_facts import CustomerFact
from dunning.dispute_facts import DisputeOpened
from dunning.experiments import Experiment
from dunning.facts import InvoiceFact
from dunning.folding import fold
from dunning.touch_facts import TouchBounced
from ledger.books import FACT, Books
from ledger.rows import chunks
from ledger.wire import AnyFact

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Subject:
    """A customer's first invoice in the experiment that was open when the step could first come.

    `days` from then until it was paid, or until it was last seen unpaid. `watched`: how many days
    it could be seen at all. `invoices`: how many of the customer's were open at such a day.
    """

    customer: str
    arm: str
    days: int
    paid: bool
    watched: int
    invoices: int
    replied: bool
    disputed: bool
    opted_out: bool
    bounced: bool


def observe(books: Books, planner: Planner, experiment: Experiment, as_of: date) -> list[Subject]:
    """Every customer of the experiment, by what was recorded up to the end of the day (UTC)."""
    end = datetime.combine(as_of + ONE_DAY, time(0), UTC)
    found: dict[str, list[_Open]] = {}
    for some in chunks(_came_in(books, experiment, end)):
        for one in _open_ones(books, planner, experiment, some, end):
            found.setdefault(one.case.customer, []).append(one)
    customers = books.histories(f"customer:{name}" for name in found)
    return [
        _subject(experiment, mine, customers.get(f"customer:{name}", []), as_of, end)
        for name, mine in sorted(found.items())
    ]


@dataclass(frozen=True)
class _Open:
    """An invoice of the experiment that was open on the day the step could first come."""

    case: Case
    history: Sequence[InvoiceFact]
    since: date


def _came_in(books: Books, experiment: Experiment, end: datetime) -> list[str]:
    terms = experiment.terms
    first = datetime.combine(terms.starts, time(0), UTC)
    last = min(datetime.combine(terms.ends + ONE_DAY, time(0), UTC), end)
    query = select(FACT.c.stream).where(
        FACT.c.kind == "invoice_opened", FACT.c.recorded_at >= first, FACT.c.recorded_at < last
    )
    return sorted(books.connection.execute(query).scalars())


def _open_ones(
    books: Books, planner: Planner, experiment: Experiment, streams: Sequence[str], end: datetime
) -> Iterator[_Open]:
    for history in books.histories(streams).values():
        known = cast("list[InvoiceFact]", [one for one in history if one.at < end])
        case = fold(known)
        customer = _customer(books, case.customer)
        policies = planner.policies_at(case.opened_at)
        policy, _ = policies.for_case(case, customer)
        if not experiment.concerns(policy.name, customer.segment, case.opened_at):
            continue
        step = policy.step(experiment.terms.step)
        days = [arm.day for arm in experiment.terms.arms if arm.day is not None]
        since = case.due_date + timedelta(days=min([*days, *([step.day] if step else [])]))
        if since < end.date() and not _was_over(known, since):
            yield _Open(case, known, since)


def _customer(books: Books, name: str) -> Customer:
    stream = f"customer:{name}"
    facts = cast("list[CustomerFact]", books.histories([stream]).get(stream, []))
    return fold_customer(facts) if facts else Customer(name, name)


def _was_over(history: Sequence[InvoiceFact], on: date) -> bool:
    """Whether the invoice was paid, given up or handed over before the day, as was known then."""
    begin = datetime.combine(on, time(0), UTC)
    case = fold([one for one in history if one.at < begin] or history[:1])
    is_over = case.written_off is not None or case.handed_over is not None
    return case.is_settled or is_over


def _subject(
    experiment: Experiment,
    mine: Sequence[_Open],
    about: Sequence[AnyFact],
    as_of: date,
    end: datetime,
) -> Subject:
    first = min(mine, key=lambda one: (one.since, one.case.invoice))
    begin = datetime.combine(first.since, time(0), UTC)
    last, paid = _last_seen(first.case, as_of)
    if experiment.stopped_at is not None and experiment.stopped_at.date() < last:
        last, paid = max(first.since, experiment.stopped_at.date()), False
    own = [fact for fact in first.history if fact.at >= begin]
    of_customer = [fact for fact in about if begin <= fact.at < end]
    return Subject(
        customer=first.case.customer,
        arm=experiment.arm_of(first.case.customer),
        days=max(0, (last - first.since).days),
        paid=paid,
        watched=(as_of - first.since).days,
        invoices=len(mine),
        replied=any(isinstance(fact, ReplyReceived) for fact in of_customer),
        disputed=any(isinstance(fact, DisputeOpened) for fact in own),
        opted_out=any(_opts_out(fact) for fact in of_customer),
        bounced=any(isinstance(fact, TouchBounced) for fact in own),
    )


def _last_seen(case: Case, as_of: date) -> tuple[date, bool]:
    """The day it was paid, else the last one on which it was seen unpaid."""
    if case.is_settled and case.settled_on is not None:
        return case.settled_on, True
    over = case.written_off or case.handed_over
    return (over.at.date() if over else as_of), False


def _opts_out(fact: AnyFact) -> bool:
    return isinstance(fact, ContactBlocked) and fact.code == "OPT_OUT"
