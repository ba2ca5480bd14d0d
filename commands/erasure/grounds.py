"""What stands against erasing a customer's personal data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, select

from ledger.books import Books
from ledger.payment_standing import StandingRow
from ledger.tables import CaseRow, MessageRow, PaymentRow, table

CASE, MESSAGE, PAYMENT = table(CaseRow), table(MessageRow), table(PaymentRow)
STANDING = table(StandingRow)


def grounds_against(books: Books, customer: str, today: date, years: int) -> Iterator[str]:
    """Why the data are still needed, as sentences; a controller may overrule them."""
    mine = CASE.c.customer == customer
    still = select(func.count()).where(mine, CASE.c.closed_on.is_(None))
    if count := books.connection.execute(still).scalar_one():
        yield f"{count} of its invoices are still open."
    credit = select(func.count()).where(
        STANDING.c.customer == customer,
        STANDING.c.returned_on.is_(None),
        PAYMENT.c.payment == STANDING.c.payment,
        PAYMENT.c.amount_minor != PAYMENT.c.applied_minor,
    )
    if books.connection.execute(credit).scalar_one():
        yield "It has credit that nobody used."
    days = select(
        func.max(CASE.c.issue_date), func.max(CASE.c.closed_on), func.max(CASE.c.last_moved_on)
    ).where(mine)
    known = [one for one in books.connection.execute(days).one() if one]
    if known and today <= (last := date(max(known).year + years, 12, 31)):
        yield f"The law wants its invoices kept until {last}."


def in_flight(books: Books, customer: str) -> bool:
    """Whether a message to the customer is being handed over, or nobody knows its outcome."""
    query = select(func.count()).where(
        MESSAGE.c.customer == customer, MESSAGE.c.state.in_(("started", "unknown", "queued"))
    )
    return bool(books.connection.execute(query).scalar_one())
