"""Customers in groups that are read together, so that memory stays small and queries few."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select

from ledger.books import Books
from ledger.rows import CHUNK
from ledger.tables import CaseRow, table

CASE = table(CaseRow)
_COUNTED = select(CASE.c.customer, func.count()).group_by(CASE.c.customer).order_by("customer")
_BATCH = {"yield_per": 2000}


class Group(NamedTuple):
    """Customers that are read together: the first, the last, and how many invoices they have.

    There is a group for hundreds of invoices, so even of a million customers the list is short.
    """

    first: str
    last: str
    invoices: int


def customer_groups(books: Books) -> list[Group]:
    """Every customer that has invoices; a group has a batch of them, or one large customer's."""
    groups: list[Group] = []
    for customer, count in books.connection.execute(_COUNTED, execution_options=_BATCH):
        latest = groups[-1] if groups else None
        if latest and latest.invoices + count <= CHUNK:
            groups[-1] = Group(latest.first, customer, latest.invoices + count)
        else:
            groups.append(Group(customer, customer, count))
    return groups


def customers_of(books: Books, group: Group) -> list[str]:
    """The customers of a group, in their order."""
    of_group = CASE.c.customer.between(group.first, group.last)
    query = select(CASE.c.customer).where(of_group).distinct().order_by(CASE.c.customer)
    return list(books.connection.execute(query).scalars())
