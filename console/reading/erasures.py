"""Erasures of personal data: what waits for a decision, what was done or declined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, select

from console.reading.paging import Order, Page, Place, read_page
from dunning.erasure_facts import ContentsErased, ErasureAsked, ErasureFact
from ledger.books import Books
from ledger.erased import ERASURES
from ledger.rows import chunks
from ledger.tables import CustomerRow, FactRow, table
from ledger.wire import fact_of

CUSTOMER, FACT = table(CustomerRow), table(FactRow)
_ASKED, _DONE = "erasure_asked", ("customer_erased", "contents_erased", "erasure_declined")
_BODY = (FACT.c.kind, FACT.c.body, FACT.c.recorded_at, FACT.c.by)
_LATEST = Order(
    FACT.c.recorded_at, (FACT.c.stream, FACT.c.number), datetime.fromisoformat, descending=True
)


@dataclass(frozen=True)
class Erasure:
    """What was asked for, done or declined last of a customer; `name` is today's."""

    customer: str
    name: str
    fact: ErasureFact


def waiting(books: Books) -> list[Erasure]:
    """What waits for a decision, the oldest first."""
    query = select(FACT.c.stream).where(FACT.c.kind == _ASKED).distinct()
    streams = list(books.connection.execute(query).scalars())
    latest = books.latest(streams)
    asked = [one for one in latest.values() if isinstance(one, ErasureAsked)]
    names = names_of(books.connection, (one.customer for one in asked))
    found = [Erasure(one.customer, names.get(one.customer, ""), one) for one in asked]
    return sorted(found, key=lambda one: one.fact.at)


def history_page(connection: Connection, place: Place) -> tuple[Page, list[Erasure]]:
    """What was done or declined, the latest first; `customer` is empty for words by their age."""
    query = select(FACT.c.stream, FACT.c.number, *_BODY).where(FACT.c.kind.in_(_DONE))
    page = read_page(connection, query, _LATEST, place)
    facts = [_fact(row) for row in page.rows]
    known = {_customer(one) for one in facts}
    names = names_of(connection, known)
    return page, [Erasure(_customer(one), names.get(_customer(one), ""), one) for one in facts]


def latest_of(books: Books, customer: str) -> ErasureFact | None:
    """What was asked for, done or declined last of one customer; None when nothing ever was."""
    stream = f"{ERASURES}{customer}"
    return cast("ErasureFact | None", books.latest([stream]).get(stream))


def names_of(connection: Connection, customers: Iterable[str]) -> dict[str, str]:
    """The names of customers by number."""
    found: dict[str, str] = {}
    for some in chunks(customers):
        query = select(CUSTOMER.c.customer, CUSTOMER.c.name).where(CUSTOMER.c.customer.in_(some))
        found |= {row.customer: row.name for row in connection.execute(query)}
    return found


def _fact(row: Row[Any]) -> ErasureFact:
    return cast("ErasureFact", fact_of(row.kind, row.body, row.recorded_at, row.by))


def _customer(fact: ErasureFact) -> str:
    return "" if isinstance(fact, ContentsErased) else fact.customer
