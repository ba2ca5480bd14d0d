"""Audits and findings as the desk shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from commands.audit.finding_answers import finding_row, trend
from console.reading.paging import Order, Page, Place, read_page
from dunning.audit.finding import TITLES
from dunning.finding_life import CLOSED, STATES
from ledger.books import Books
from ledger.findings import FINDING, RUN, known_findings

LIVING = tuple(state for state in STATES if state not in CLOSED)
# A file holds as many; whoever has more sets a filter.
MOST_EXPORTED = 50_000


@dataclass(frozen=True)
class FindingFilter:
    """Which findings: of a state ("" is all that is not closed), an owner, a test, a run."""

    state: str = ""
    owner: str = ""
    test: str = ""
    run: str = ""

    @property
    def named(self) -> dict[str, str]:
        """The filters that are set, as addresses carry them."""
        return {name: value for name, value in vars(self).items() if value}


def finding_page(connection: Connection, which: FindingFilter, place: Place) -> Page:
    """Findings, those that are due first."""
    order = Order(FINDING.c.due, FINDING.c.finding, date.fromisoformat)
    return read_page(connection, _listed(which), order, place)


def state_counts(connection: Connection, which: FindingFilter) -> dict[str, int]:
    """How many findings of the owner and test each state has."""
    query = _filtered(select(FINDING.c.state, func.count()), which).group_by(FINDING.c.state)
    return {state: int(count) for state, count in connection.execute(query)}


def exported_rows(books: Books, which: FindingFilter, today: date) -> list[dict[str, Any]]:
    """The rows of a file with all of them, as `duncan findings --csv` has them."""
    query = _listed(which).order_by(FINDING.c.due, FINDING.c.finding).limit(MOST_EXPORTED)
    names = [row.finding for row in books.connection.execute(query)]
    known = known_findings(books, names)
    return [finding_row(known[name], today) for name in names]


def tests_found(connection: Connection) -> list[tuple[str, str]]:
    """The tests that ever found something, with their titles."""
    query = select(FINDING.c.test).distinct().order_by(FINDING.c.test)
    return [(test, TITLES.get(test, test)) for test in connection.execute(query).scalars()]


def owners_found(connection: Connection) -> list[str]:
    """Everybody who has a finding."""
    query = select(FINDING.c.owner).distinct().order_by(FINDING.c.owner)
    return list(connection.execute(query).scalars())


def run_page(connection: Connection, place: Place, size: int = 12) -> Page:
    """Kept audits, the latest first."""
    order = Order(RUN.c.recorded_at, RUN.c.run, datetime.fromisoformat, descending=True)
    return read_page(connection, select(RUN), order, place, size)


def run_of(connection: Connection, run: str) -> Row[Any] | None:
    """A kept audit."""
    return connection.execute(select(RUN).where(RUN.c.run == run)).first()


def months(connection: Connection, today: date) -> Sequence[Mapping[str, Any]]:
    """The trend of the last twelve months, from the list."""
    query = select(FINDING.c.found_at, FINDING.c.closed_at, FINDING.c.due)
    found: list[Any] = list(connection.execute(query))
    return trend(found, today)[-12:]


def _listed(which: FindingFilter) -> Select[Any]:
    query = _filtered(select(FINDING), which)
    states = [which.state] if which.state in STATES else LIVING
    return query if which.state == "all" else query.where(FINDING.c.state.in_(states))


def _filtered(query: Select[Any], which: FindingFilter) -> Select[Any]:
    for name in ("owner", "test", "run"):
        value = getattr(which, name)
        if value:
            query = query.where(FINDING.c[name] == value)
    return query
