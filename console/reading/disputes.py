"""Disputes as the desk shows them: whose each is, since when, and what its clock says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from activities.planning import Planner
from console.reading.paging import Order, Page, Place, read_page
from dunning.case import Case
from dunning.dispute import Dispute
from dunning.dispute_facts import DisputeFact, EvidenceAdded
from dunning.dispute_service import next_dispute_step
from dunning.dispute_steps import DisputeStep
from dunning.may import NotAllowed
from dunning.situation import Situation
from ledger.books import Books
from ledger.disputes import DISPUTE
from ledger.tables import CustomerRow, table

CUSTOMER = table(CustomerRow)
STATES = ("open", "customer", "escalated", "grace", "resolved", "all")
_LISTED = DISPUTE.outerjoin(CUSTOMER, DISPUTE.c.customer == CUSTOMER.c.customer)
_OPEN = and_(DISPUTE.c.followed, DISPUTE.c.outcome == "")
_IN_STATE: Mapping[str, ColumnElement[bool]] = {
    "open": _OPEN,
    "customer": and_(_OPEN, DISPUTE.c.waiting_on == "customer"),
    "escalated": and_(_OPEN, DISPUTE.c.escalated),
    "grace": and_(DISPUTE.c.followed, DISPUTE.c.outcome != ""),
    "resolved": DISPUTE.c.outcome != "",
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
    order = Order(DISPUTE.c.opened_at, DISPUTE.c.dispute, datetime.fromisoformat, descending=late)
    return read_page(connection, _listed(which), order, place)


def exported(connection: Connection, which: DisputeFilter, most: int) -> Sequence[Row[Any]]:
    """The rows of a file."""
    query = _listed(which).order_by(DISPUTE.c.opened_at, DISPUTE.c.dispute)
    return connection.execute(query.limit(most)).all()


def dispute_counts(connection: Connection, which: DisputeFilter) -> dict[str, int]:
    """How many disputes each state has, whatever state the filter names."""
    columns = [
        func.count().filter(_IN_STATE[state]).label(state) for state in STATES if state != "all"
    ]
    query = select(*columns, func.count().label("all")).select_from(_LISTED)
    row = connection.execute(query.where(*_named(which))).one()
    return {state: int(getattr(row, state)) for state in STATES}


def owners_of_disputes(connection: Connection) -> list[str]:
    """Everybody who owns an open dispute."""
    query = select(DISPUTE.c.owner).where(_OPEN).distinct().order_by(DISPUTE.c.owner)
    return [owner for owner in connection.execute(query).scalars() if owner]


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


def _listed(which: DisputeFilter) -> Select[Any]:
    query = select(DISPUTE, CUSTOMER.c.name).select_from(_LISTED).where(*_named(which))
    return query.where(_IN_STATE[which.state]) if which.state in _IN_STATE else query


def _named(which: DisputeFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if which.owner:
        found.append(DISPUTE.c.owner == which.owner)
    if which.reason:
        found.append(DISPUTE.c.reason == which.reason)
    if which.q:
        columns = (DISPUTE.c.dispute, DISPUTE.c.customer, CUSTOMER.c.name)
        found.append(or_(*(one.icontains(which.q, autoescape=True) for one in columns)))
    return found
