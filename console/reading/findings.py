"""Audits and findings as the desk shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from commands.audit.engine_tests import TITLES as ENGINE_TITLES
from commands.audit.finding_answers import finding_row, trend
from console.reading.counting import Count, counted_by, values_of
from console.reading.paging import Order, Page, Place, read_all, read_page
from dunning.audit.finding import TITLES
from dunning.finding_life import CLOSED, STATES
from ledger.books import Books
from ledger.findings import FINDING, RUN, known_findings
from ledger.list_indexes import LIVING_FINDING
from ledger.rows import chunks

LIVING = tuple(state for state in STATES if state not in CLOSED)
_ORDER = Order(FINDING.c.due, FINDING.c.finding, date.fromisoformat)


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
    return read_page(connection, _listed(which), _ORDER, place)


def state_counts(connection: Connection, which: FindingFilter) -> dict[str, Count]:
    """How many findings of the owner and test each state has."""
    query = _filtered(select(FINDING.c.finding), which)
    return counted_by(connection, query, FINDING.c.state, STATES)


def exported_rows(books: Books, which: FindingFilter, today: date) -> Iterator[dict[str, Any]]:
    """The rows of a file with all of them, as `duncan findings --csv` has them."""
    for some in chunks(read_all(books.connection, _listed(which), _ORDER)):
        known = known_findings(books, (row.finding for row in some))
        yield from (finding_row(known[row.finding], today) for row in some)


def tests_found(connection: Connection) -> list[tuple[str, str]]:
    """The tests that ever found something, with their titles."""
    titles = {**TITLES, **ENGINE_TITLES}
    return [(test, titles.get(test, test)) for test in values_of(connection, FINDING.c.test)]


def owners_found(connection: Connection) -> list[str]:
    """Everybody who has a finding."""
    return values_of(connection, FINDING.c.owner)


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
    if which.state == "all":
        return query
    mine = FINDING.c.state == which.state if which.state in STATES else LIVING_FINDING
    return query.where(mine)


def _filtered(query: Select[Any], which: FindingFilter) -> Select[Any]:
    for name in ("owner", "test", "run"):
        value = getattr(which, name)
        if value:
            query = query.where(FINDING.c[name] == value)
    return query
