"""Adjustments as the desk shows them: what waits for a decision, and what was done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from commands.adjustments.listing import Listed, listed_of
from console.reading.paging import Order, Page, Place, read_page
from dunning.case import Case
from dunning.proposal import open_proposal
from ledger.applications import ADJUSTED, APPLICATION, IS_ADJUSTED
from ledger.books import Books
from ledger.list_indexes import OPEN_TASK
from ledger.tables import CaseRow, TaskItemRow, TaskRow, table

TASK, ITEM, CASE = table(TaskRow), table(TaskItemRow), table(CaseRow)
# The kinds of tasks that ask for a decision about money, or for a refund to be paid.
ASKING = ("adjustment_approval", "write_off_approval", "refund")
KINDS = (
    "credit_note",
    "debit_note",
    "refund",
    "transfer",
    "cancellation",
    "write_off",
    "small_balance",
)


@dataclass(frozen=True)
class AdjustmentFilter:
    """Which adjustments: those that wait, or those that were done; of a kind, between two days."""

    state: str = "waiting"
    what: str = ""
    first: date | None = None
    last: date | None = None


def waiting_page(connection: Connection, which: AdjustmentFilter, place: Place) -> Page:
    """Invoices with something to decide, the longest waiting first."""
    order = Order(TASK.c.opened_at, (TASK.c.task, ITEM.c.invoice), datetime.fromisoformat)
    return read_page(connection, _asking(which), order, place)


def done_page(connection: Connection, which: AdjustmentFilter, place: Place) -> Page:
    """Movements without cash, the latest first."""
    query = (
        select(APPLICATION, CASE.c.customer, CASE.c.currency)
        .join_from(APPLICATION, CASE, CASE.c.invoice == APPLICATION.c.invoice)
        .where(IS_ADJUSTED)
    )
    if which.what in ADJUSTED:
        query = query.where(APPLICATION.c.kind == which.what)
    if which.first:
        query = query.where(APPLICATION.c.on >= which.first)
    if which.last:
        query = query.where(APPLICATION.c.on <= which.last)
    key = (APPLICATION.c.invoice, APPLICATION.c.number)
    order = Order(APPLICATION.c.on, key, date.fromisoformat, descending=True)
    return read_page(connection, query, order, place)


def waiting_of(books: Books, page: Page, what: str = "") -> list[Listed]:
    """What waits on the invoices of a page, whoever has to decide it."""
    invoices = list(dict.fromkeys(str(row.invoice) for row in page.rows))
    found = [one for case in books.cases(invoices).values() for one in open_of(case)]
    return [one for one in found if what in ("", one.what)]


def open_of(case: Case) -> Iterator[Listed]:
    """The adjustments of a case that wait, a proposed write-off among them."""
    yield from (one for one in listed_of(case) if one.state in ("proposed", "approved"))
    asked = open_proposal(case.proposals, "write_off")
    if asked:
        yield Listed(
            adjustment="",
            invoice=case.invoice,
            customer=case.customer,
            what="write_off",
            amount=case.balance,
            state="proposed",
            asked_by=asked.by,
            decided_by="",
            on=asked.at.date(),
            reason=asked.reason,
        )


def done_of(books: Books, page: Page) -> list[Listed]:
    """Who asked and who decided, for each movement of a page."""
    rows = page.rows
    cases = books.cases(dict.fromkeys(str(row.invoice) for row in rows))
    listed = {
        (case.invoice, one.on, one.what, abs(one.amount.minor)): one
        for case in cases.values()
        for one in listed_of(case)
        if one.state not in ("proposed", "approved", "declined")
    }
    found = []
    for row in rows:
        case = cases[row.invoice]
        money = replace(case.balance, minor=int(row.amount_minor))
        bare = Listed("", row.invoice, row.customer, row.kind, money, "done", "", "", row.on, "")
        known = listed.get((row.invoice, row.on, row.kind, abs(money.minor)), bare)
        found.append(replace(known, amount=money))
    return found


def all_of(books: Books, invoice: str) -> list[Listed]:
    """Everything about one invoice, what waits first."""
    case = books.case(invoice)
    waiting = list(open_of(case))
    return [*waiting, *(one for one in listed_of(case) if one not in waiting)]


def _asking(which: AdjustmentFilter) -> list[Select[Any]]:
    """A query for each kind, so that each finds its way through the index of kinds."""
    kinds = ("write_off_approval",) if which.what == "write_off" else ASKING
    query = select(ITEM.c.invoice, TASK.c.what).join_from(TASK, ITEM, ITEM.c.task == TASK.c.task)
    return [query.where(OPEN_TASK, TASK.c.what == one) for one in kinds]
