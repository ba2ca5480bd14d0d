"""Promises to pay: which are due, broken and kept, and taking one back."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Response

from commands.cases.actions import Actions
from commands.reports.table import Column
from console.addresses import list_page, promise_page
from console.desk import Desk, TheDesk
from console.list_files import list_file
from console.once import acted_once
from console.reading import promises as reading
from console.reading.paging import Place
from console.reading.promises import STATES, PromiseFilter
from console.typed import TheForm, Typed
from dunning.money import Money

router = APIRouter(prefix="/promises")
_PAGE = "/promises"
_COLUMNS = (
    Column("promise"),
    Column("invoice"),
    Column("customer"),
    Column("name"),
    Column("currency"),
    Column("amount", "amount"),
    Column("promised_on", "date"),
    Column("made_at"),
    Column("state"),
)


@router.get("")
def promises(
    desk: TheDesk,
    state: str = "due",
    q: str = "",
    customer: str = "",
    after: str = "",
    before: str = "",
) -> Response:
    """Promises, those that are due first."""
    which = PromiseFilter(state if state in STATES else "due", q.strip()[:200], customer)
    with desk.parts.ledger.reading() as books:
        page = reading.promise_page(books.connection, which, desk.today, Place(after, before))
        counts = reading.promise_counts(books.connection, which, desk.today)
        received = reading.received_for(books, page.rows, desk.today)

    def link(**changes: str) -> str:
        return list_page(_PAGE, **(asdict(which) | changes))

    values: dict[str, Any] = {"which": which, "page": page, "counts": counts, "received": received}
    return desk.page("promises.html", link=link, states=STATES, filters=asdict(which), **values)


@router.get("/file.{form}")
def file(desk: TheDesk, form: str, state: str = "due", q: str = "", customer: str = "") -> Response:
    """The list as a file."""
    which = PromiseFilter(state if state in STATES else "due", q.strip()[:200], customer)
    with desk.parts.ledger.reading() as books:
        found = reading.exported(books.connection, which, desk.today)
        rows = (
            (
                row.promise,
                row.invoice,
                row.customer,
                row.name or "",
                row.currency,
                Decimal(Money(row.amount_minor, row.currency).major),
                row.promised_on,
                row.made_at.isoformat(),
                row.state,
            )
            for row in found
        )
        return list_file(desk, "Promises", form, _COLUMNS, rows, asdict(which))


@router.get("/{promise:path}")
def promise(desk: TheDesk, promise: str) -> Response:
    """One promise: what came in for it, and those before it."""
    return _one(desk, promise)


@router.post("/{promise:path}/do/withdraw")
def withdraw(desk: TheDesk, typed: TheForm, promise: str) -> Response:
    """Take the promise back: it was never made, or was misread."""

    def work() -> str:
        reason = typed.text("reason", required=True)
        typed.check()
        invoice = promise.rpartition("/")[0]
        desk.acting(Actions, typed).withdraw_promise(invoice, reason)
        return "The promise is taken back; the cadence goes on."

    return acted_once(
        desk,
        typed,
        work,
        promise_page(promise),
        lambda shown, status: _one(desk, promise, shown, status),
    )


def _one(desk: Desk, name: str, typed: Typed | None = None, status: int = 200) -> Response:
    with desk.parts.ledger.reading() as books:
        one = reading.promise_named(books, name, desk.today)
        customer = books.customer(one.case.customer)
        version = books.version(one.case.invoice)
    return desk.page(
        "promise.html", status, typed=typed, one=one, customer=customer, version=version
    )
