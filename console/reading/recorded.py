"""Lists made from the facts of one kind, the newest first: rare things that have no list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Connection, Row, select

from console.reading.paging import PAGE_ROWS, DamagedLink
from dunning.customer import Customer, fold_customer
from dunning.customer_facts import CustomerFact
from ledger.books import Books
from ledger.tables import FactRow, table
from ledger.wire import AnyFact, fact_of

FACT = table(FactRow)
T = TypeVar("T")
# So many facts are read at once, and so many at most for one page.
_AT_ONCE, _MOST_READ = 200, 2_000


@dataclass(frozen=True)
class Found:
    """A fact with its number in the books and the customer it is about."""

    id: int
    fact: AnyFact
    customer: Customer


@dataclass(frozen=True)
class RecordedPage(Generic[T]):
    """Rows, and the cursor of the page after, empty where there is none."""

    rows: Sequence[T]
    next: str
    previous: str = ""


def recorded_page(
    books: Books,
    kind: str,
    shown: Callable[[Found], T | None],
    after: str = "",
    *,
    customer: str = "",
    size: int = PAGE_ROWS,
) -> RecordedPage[T]:
    """A page of what `shown` makes of customers' facts of a kind; None is left out.

    Raises DamagedLink when the cursor `after` cannot be read.
    """
    edge, read, rows = _edge(after), 0, list[T]()
    while read < _MOST_READ:
        facts = _facts(books.connection, kind, edge, customer)
        customers = _customers(books, facts)
        for row in facts:
            read, edge = read + 1, row.id
            fact = fact_of(row.kind, row.body, row.recorded_at, row.by)
            one = shown(Found(row.id, fact, customers[row.stream]))
            if one is not None:
                rows.append(one)
            if len(rows) == size:
                return RecordedPage(rows, str(edge))
        if len(facts) < _AT_ONCE:
            return RecordedPage(rows, "")
    return RecordedPage(rows, str(edge))


def _edge(after: str) -> int | None:
    if after and not (after.isascii() and after.isdigit() and len(after) < 19):  # noqa: PLR2004 - digits of 64 bits
        raise DamagedLink("The place in the list that this link names cannot be read.")
    return int(after) if after else None


def _facts(
    connection: Connection, kind: str, edge: int | None, customer: str
) -> Sequence[Row[tuple[object, ...]]]:
    columns = (FACT.c[name] for name in ("id", "stream", "kind", "body", "recorded_at", "by"))
    query = select(*columns).where(FACT.c.kind == kind)
    if edge is not None:
        query = query.where(FACT.c.id < edge)
    if customer:
        query = query.where(FACT.c.stream == f"customer:{customer}")
    return connection.execute(query.order_by(FACT.c.id.desc()).limit(_AT_ONCE)).all()


def _customers(books: Books, facts: Sequence[Row[tuple[object, ...]]]) -> dict[str, Customer]:
    streams = {str(row.stream) for row in facts}
    return {
        stream: fold_customer([one for one in history if isinstance(one, CustomerFact)])
        for stream, history in books.histories(streams).items()
    }
