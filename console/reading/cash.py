"""Payments as the desk shows them: what waits, what is on account, what went where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, func, or_, select, true

from console.reading.counting import Count, counted
from console.reading.paging import Order, Page, Place, read_page
from dunning.money import Money
from ledger.books import Books
from ledger.cash import PAYMENT, Unmatched, received
from ledger.payment_standing import STANDING

# What is proposed for a payment is worked out while the page is made, so a page has fewer.
PAGE_PAYMENTS = 10
STATES = ("waiting", "on_account", "applied", "returned")
_DECIDED = STANDING.join(PAYMENT, STANDING.c.payment == PAYMENT.c.payment)
_JOINED = PAYMENT.outerjoin(STANDING, STANDING.c.payment == PAYMENT.c.payment)


@dataclass(frozen=True)
class CashFilter:
    """Which payments: their state, currency, and a text they are found by."""

    state: str = "waiting"
    currency: str = ""
    q: str = ""


def payment_page(
    connection: Connection, which: CashFilter, place: Place, size: int = PAGE_PAYMENTS
) -> Page:
    """Payments in a state; what waits comes oldest first, all others latest first."""
    decided = which.state in ("on_account", "returned")
    query = (
        select(PAYMENT, STANDING.c.customer, STANDING.c.returned_on)
        .select_from(_DECIDED if decided else _JOINED)
        .where(_in_state(which.state), PAYMENT.c.of == "payment")
    )
    if decided:
        # Few payments of many: they are looked up from what was decided about them.
        its = STANDING.c.returned_on.is_not(None)
        mine = its if which.state == "returned" else STANDING.c.customer != ""
        query = query.where(PAYMENT.c.payment.in_(select(STANDING.c.payment).where(mine)))
    if which.currency:
        query = query.where(PAYMENT.c.currency == which.currency)
    if which.q:
        like = (PAYMENT.c.reference, PAYMENT.c.payer)
        found = (one.istartswith(which.q, autoescape=True) for one in like)
        query = query.where(or_(PAYMENT.c.payment == which.q, *found))
    latest_first = which.state != "waiting"
    order = Order(PAYMENT.c.on, PAYMENT.c.payment, date.fromisoformat, descending=latest_first)
    return read_page(connection, query, order, place, size)


def unmatched_in(books: Books, page: Page) -> list[Unmatched]:
    """The payments of a page, as the bank told them, with what they have left."""
    told = received(books, (row.payment for row in page.rows))
    return [
        Unmatched(told[row.payment], Money(row.amount_minor - row.applied_minor, row.currency))
        for row in page.rows
        if row.payment in told
    ]


def waiting_sums(connection: Connection) -> list[tuple[Money, int]]:
    """What waits for people in each currency, and how many payments that are."""
    left = func.sum(PAYMENT.c.amount_minor - PAYMENT.c.applied_minor)
    query = (
        select(PAYMENT.c.currency, left.label("left"), func.count().label("payments"))
        .select_from(_JOINED)
        .where(_in_state("waiting"), PAYMENT.c.of == "payment")
        .group_by(PAYMENT.c.currency)
        .order_by(PAYMENT.c.currency)
    )
    rows = connection.execute(query)
    return [(Money(int(row.left), row.currency), int(row.payments)) for row in rows]


def waiting_count(connection: Connection) -> Count:
    """How many payments wait for people."""
    query = select(PAYMENT.c.payment).select_from(_JOINED)
    return counted(connection, query.where(_in_state("waiting"), PAYMENT.c.of == "payment"))


def next_waiting(connection: Connection, after: str) -> str:
    """The payment that waits after a place in the list, else the first one; "" for none."""
    for place in dict.fromkeys((after, "")):
        rows: Sequence[object] = payment_page(connection, CashFilter(), Place(place), 1).rows
        if rows:
            return str(getattr(rows[0], "payment", ""))
    return ""


def _in_state(state: str) -> ColumnElement[bool]:
    left = PAYMENT.c.amount_minor != PAYMENT.c.applied_minor
    undecided = STANDING.c.payment.is_(None)
    free = undecided | ((STANDING.c.customer == "") & STANDING.c.returned_on.is_(None))
    match state:
        case "waiting":
            return left & free
        case "on_account":
            return left & (STANDING.c.customer != "") & STANDING.c.returned_on.is_(None)
        case "returned":
            return STANDING.c.returned_on.is_not(None)
        case "applied":
            return PAYMENT.c.amount_minor == PAYMENT.c.applied_minor
        case _:
            return true()
