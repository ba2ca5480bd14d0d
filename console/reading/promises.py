"""Promises to pay as the desk shows them: due, open, kept and broken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, select

from console.reading.counting import Count, counted, counted_by
from console.reading.paging import Order, Page, Place, read_all, read_page
from console.reading.search import search
from dunning.case import Case
from dunning.may import NotAllowed
from dunning.money import Money
from dunning.promise import Promise
from dunning.promise_facts import PromiseMade
from ledger.books import Books
from ledger.promises import PROMISE
from ledger.tables import CustomerRow, table

CUSTOMER = table(CustomerRow)
STATES = ("due", "open", "broken", "part_kept", "kept", "void", "withdrawn", "all")
_ORDER = Order(PROMISE.c.promised_on, PROMISE.c.promise, date.fromisoformat)
_LISTED = PROMISE.outerjoin(CUSTOMER, PROMISE.c.customer == CUSTOMER.c.customer)


@dataclass(frozen=True)
class PromiseFilter:
    """Which promises: `due` are those that run and whose day is today or has passed."""

    state: str = "due"
    q: str = ""
    customer: str = ""


@dataclass(frozen=True)
class Promised:
    """One promise with its case; `received` is what came in for it until today."""

    name: str
    number: int
    case: Case
    promise: Promise
    fact: PromiseMade
    received: Money

    @property
    def is_latest(self) -> bool:
        """Whether it is the newest of its invoice: only that one can be taken back."""
        return self.number == len(self.case.promises)

    @property
    def runs(self) -> bool:
        """Whether it still holds its invoice."""
        return self.case.promise == self.promise


def promise_page(connection: Connection, which: PromiseFilter, today: date, place: Place) -> Page:
    """Promises that run, the soonest first; what became of others, the latest first."""
    over = which.state not in ("due", "open")
    order = replace(_ORDER, descending=over)
    return read_page(connection, _listed(connection, which, today), order, place)


def exported(connection: Connection, which: PromiseFilter, today: date) -> Iterator[Row[Any]]:
    """The rows of a file."""
    return read_all(connection, _listed(connection, which, today), _ORDER)


def promise_counts(connection: Connection, which: PromiseFilter, today: date) -> dict[str, Count]:
    """How many promises each state has."""
    query = select(PROMISE.c.promise).where(*_named(connection, which))
    states = [state for state in STATES if state not in ("due", "all")]
    found = counted_by(connection, query, PROMISE.c.state, states)
    due = counted(connection, query.where(*_is_due(today)))
    return found | {"due": due, "all": sum(found.values(), start=Count(0))}


def received_for(books: Books, rows: Sequence[Row[Any]], today: date) -> Mapping[str, Money]:
    """What came in until today for each promise of a page."""
    cases = books.cases({row.invoice for row in rows})
    return {
        row.promise: cases[row.invoice]
        .promises[row.number - 1]
        .received(cases[row.invoice].cash, today)
        for row in rows
    }


def promise_named(books: Books, name: str, today: date) -> Promised:
    """The promise of this name, such as ``INV-7/1``. Raises NotAllowed."""
    invoice, _, number = name.rpartition("/")
    case = books.case(invoice)
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= len(case.promises)):
        raise NotAllowed(f"There is no promise {name}.")
    promise = case.promises[int(number) - 1]
    made = [fact for _, fact in books.history(invoice) if isinstance(fact, PromiseMade)]
    received = promise.received(case.cash, today)
    return Promised(name, int(number), case, promise, made[int(number) - 1], received)


def _listed(connection: Connection, which: PromiseFilter, today: date) -> Select[Any]:
    named = _named(connection, which)
    query = select(PROMISE, CUSTOMER.c.name).select_from(_LISTED).where(*named)
    if which.state == "due":
        return query.where(*_is_due(today))
    return query if which.state == "all" else query.where(PROMISE.c.state == which.state)


def _is_due(today: date) -> tuple[ColumnElement[bool], ...]:
    return PROMISE.c.state == "open", PROMISE.c.promised_on <= today


def _named(connection: Connection, which: PromiseFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if which.customer:
        found.append(PROMISE.c.customer == which.customer)
    if which.q:
        mine = search(connection, which.q)
        found.append(mine.of_customer(PROMISE.c.customer, PROMISE.c.invoice))
    return found
