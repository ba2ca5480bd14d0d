"""Twins: customer numbers that differ only in leading zeros or case. They are never merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import select

from ledger.books import Books
from ledger.projections import customer_key
from ledger.rows import chunks
from ledger.tables import CustomerRow, table

CUSTOMER = table(CustomerRow)


def twins(books: Books, customers: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each of these numbers with another one in the books that people would read as the same."""
    for some in chunks(sorted(set(customers))):
        keys = {customer_key(number): number for number in some}
        query = select(CUSTOMER.c.customer, CUSTOMER.c.key).where(CUSTOMER.c.key.in_(keys))
        for known, key in books.connection.execute(query.order_by(CUSTOMER.c.customer)):
            if known not in some:
                yield keys[key], known
