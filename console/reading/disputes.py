"""Disputes as the desk shows them: whose each is, since when, and what its clock says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, select

from activities.planning import Planner
from console.reading.counting import Count, counted_each, values_of
from console.reading.paging import Order, Page, Place, read_all, read_page
from console.reading.search import search
from dunning.case import Case
from dunning.dispute import Dispute
from dunning.dispute_facts import DisputeFact, EvidenceAdded
from dunning.dispute_service import next_dispute_step
from dunning.dispute_steps import DisputeStep
from dunning.may import NotAllowed
from dunning.situation import Situation
from ledger.books import Books
from ledger.disputes import DISPUTE
from ledger.list_indexes import OPEN_DISPUTE, RESOLVED_DISPUTE
from ledger.tables import CustomerRow, table

CUSTOMER = table(CustomerRow)
STATES = ("open", "customer", "escalated", "grace", "resolved", "all")
_LISTED = DISPUTE.outerjoin(CUSTOMER, DISPUTE.c.customer == CUSTOMER.c.customer)
_ORDER = Order(DISPUTE.c.opened_at, DISPUTE.c.dispute, datetime.fromisoformat)
_IN_STATE: Mapping[str, ColumnElement[bool]] = {
    "open": OPEN_DISPUTE,
    "customer": and_(OPEN_DISPUTE, DISPUTE.c.waiting_on == "customer"),
    "escalated": and_(OPEN_DISPUTE, DISPUTE.c.escalated),
    "grace": and_(DISPUTE.c.followed, RESOLVED_DISPUTE),
    "resolved": RESOLVED_DISPUTE,
}


@dataclass(frozen=True)
class DisputeFilter:
    """Which disputes: `customer` as a state are those that wait for the customer."""

    state: str = "open"
    owner: str = ""
    reason: str = ""
    q: str = ""


@dataclass(frozen=True)
class Disputed:
    """One dispute with its case, what happened to it, and what happens next."""

    case: Case
    dispute: Dispute
    situation: Situation
    history: Sequence[DisputeFact]
    next: DisputeStep
    version: int

    @property
    def files(self) -> list[EvidenceAdded]:
        """The files that are kept with it."""
        return [one for one in self.history if isinstance(one, EvidenceAdded)]


def dispute_page(connection: Connection, which: DisputeFilter, place: Place) -> Page:
    """Disputes, the oldest first; resolved ones the latest first."""
    late = which.state in ("resolved", "all")
    order = replace(_ORDER, descending=late)
    return read_page(connection, _listed(connection, which), order, place)


def exported(connection: Connection, which: DisputeFilter) -> Iterator[Row[Any]]:
    """The rows of a file."""
    return read_all(connection, _listed(connection, which), _ORDER)


def dispute_counts(connection: Connection, which: DisputeFilter) -> dict[str, Count]:
    """How many disputes each state has, whatever state the filter names."""
    query = select(DISPUTE.c.dispute).where(*_named(connection, which))
    states = {state: query.where(_IN_STATE[state]) for state in _IN_STATE}
    return counted_each(connection, states | {"all": query})


def owners_of_disputes(connection: Connection) -> list[str]:
    """Everybody who owns an open dispute."""
    return [owner for owner in values_of(connection, DISPUTE.c.owner, OPEN_DISPUTE) if owner]


def clocks(
    books: Books, planner: Planner, rows: Sequence[Row[Any]], now: datetime
) -> Mapping[str, DisputeStep]:
    """What happens next to each followed dispute of a page."""
    cases = books.cases({row.invoice for row in rows if row.followed})
    customers = {one: books.customer(one) for one in {case.customer for case in cases.values()}}
    found: dict[str, DisputeStep] = {}
    for row in rows:
        if row.invoice in cases:
            case = cases[row.invoice]
            situation = planner.situation(case, customers[case.customer], now)
            one = next(each for each in case.disputes if each.dispute == row.dispute)
            found[row.dispute] = next_dispute_step(situation, one)
    return found


def dispute_named(books: Books, planner: Planner, name: str, now: datetime) -> Disputed:
    """The dispute of this name, such as ``INV-7/1``. Raises NotAllowed."""
    invoice = name.rpartition("/")[0]
    case = books.case(invoice)
    for dispute in case.disputes:
        if dispute.dispute == name:
            facts = [fact for _, fact in books.history(invoice) if isinstance(fact, DisputeFact)]
            mine = [fact for fact in facts if fact.dispute == name]
            situation = planner.situation(case, books.customer(case.customer), now)
            step = next_dispute_step(situation, dispute)
            return Disputed(case, dispute, situation, mine, step, books.version(invoice))
    raise NotAllowed(f"There is no dispute {name}.")


def _listed(connection: Connection, which: DisputeFilter) -> Select[Any]:
    named = _named(connection, which)
    query = select(DISPUTE, CUSTOMER.c.name).select_from(_LISTED).where(*named)
    return query.where(_IN_STATE[which.state]) if which.state in _IN_STATE else query


def _named(connection: Connection, which: DisputeFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if which.owner:
        found.append(DISPUTE.c.owner == which.owner)
    if which.reason:
        found.append(DISPUTE.c.reason == which.reason)
    if which.q:
        mine = search(connection, which.q)
        found.append(mine.of_customer(DISPUTE.c.customer, DISPUTE.c.invoice))
    return found
