"""Customers in groups that are read together, so that memory stays small and queries few."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import func, select

from ledger.books import Books
from ledger.rows import CHUNK
from ledger.tables import CaseRow, table

CASE = table(CaseRow)
_COUNTED = select(CASE.c.customer, func.count()).group_by(CASE.c.customer).order_by("customer")


class Group(NamedTuple):
    """Customers that are read together, in their order, and how many invoices they have."""

    customers: tuple[str, ...]
    invoices: int


def customer_groups(books: Books) -> Iterator[Group]:
    """Every customer that has invoices; a group has a batch of them, or one large customer's."""
    customers, size = list[str](), 0
    for customer, count in books.connection.execute(_COUNTED).all():
        if customers and size + count > CHUNK:
            yield Group(tuple(customers), size)
            customers, size = [], 0
        customers.append(customer)
        size += count
    if customers:
        yield Group(tuple(customers), size)
