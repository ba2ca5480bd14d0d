"""A page of the aging by customer: of large books nobody waits for the rows of all customers."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from activities.policies import Policies
from commands.reports.aging import Aging, late_entries
from commands.reports.as_closed import scopes_of
from dunning.reports.buckets import Basis
from ledger.books import Books
from ledger.periods import known_when_closed
from ledger.report_aging_page import Owed, PageAsked, largest_rows
from ledger.report_reading import CUSTOMER


def aging_page(books: Books, policies: Policies, day: date, basis: Basis, page: PageAsked) -> Aging:
    """What was open at the end of the day: all totals, and the largest customers of a currency.

    The figures and names are those of `aging_of`; its rows are these customers only.
    """
    closed = known_when_closed(books.connection, day)
    scopes = list(scopes_of(closed, policies.default_entity))
    totals, rows = largest_rows(books.connection, Owed(day, basis, scopes), page)
    query = select(CUSTOMER.c.customer, CUSTOMER.c.name)
    mine = query.where(CUSTOMER.c.customer.in_([row.key for row in rows]))
    names = {row.customer: row.name for row in books.connection.execute(mine)}
    late, default = late_entries(books, day), policies.default_entity
    return Aging(day, basis, "customer", rows, totals, names, late, closed, default)
