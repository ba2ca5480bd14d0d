"""What people typed to find something: the customers and invoices that it begins a word of."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, or_

from ledger.search_words import CUSTOMERS, INVOICES, found_by

# Who finds more types a little more.
MOST_CUSTOMERS, MOST_INVOICES = 20, 100


@dataclass(frozen=True)
class Search:
    """The numbers of what was found; `more` when there are more of them."""

    customers: tuple[str, ...] = ()
    invoices: tuple[str, ...] = ()
    more: bool = False

    def of_customer(
        self, column: ColumnElement[str], *own: ColumnElement[str]
    ) -> ColumnElement[bool]:
        """Rows of these customers, or of these invoices where a column names one."""
        named = [column.in_(self.customers), *(one.in_(self.invoices) for one in own)]
        return or_(*named)


def search(connection: Connection, typed: str) -> Search:
    """What is found by the text."""
    customers = _found(connection, CUSTOMERS, typed, MOST_CUSTOMERS)
    invoices = _found(connection, INVOICES, typed, MOST_INVOICES)
    more = len(customers) > MOST_CUSTOMERS or len(invoices) > MOST_INVOICES
    return Search(customers[:MOST_CUSTOMERS], invoices[:MOST_INVOICES], more)


def _found(connection: Connection, kind: str, typed: str, most: int) -> tuple[str, ...]:
    """One may be found by several of its words, so a few more are read."""
    rows = connection.execute(found_by(kind, typed, 4 * (most + 1))).scalars()
    return tuple(dict.fromkeys(rows))[: most + 1]
