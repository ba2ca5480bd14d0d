"""Reading: customers, invoices and their cases, why something was sent, payments, replies."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from sqlalchemy import Column, RowMapping, Select, select

from commands.cases.show import show
from commands.sending.coming import letters_in_force, looked_at, told_of
from commands.why.answer import told
from console.api.access import Call, Reader, RepliesReader
from console.api.numbers import After, Day, Filter, Limit, Number, cursor, place
from console.api.once import etag_of
from console.api.problems import Refusal
from console.api.shapes import (
    Case,
    Customer,
    CustomerPage,
    InvoicePage,
    Message,
    PaymentPage,
    ReplyPage,
    Stage,
    Why,
)
from console.reading.why import answer_on
from dunning.may import may
from dunning.money import Money
from dunning.touch_facts import SendRequested
from ledger.correspondence import ReplyRow
from ledger.tables import CaseRow, CustomerRow, PaymentRow, table

CASE, CUSTOMER, PAYMENT, REPLY = (
    table(one) for one in (CaseRow, CustomerRow, PaymentRow, ReplyRow)
)
ROWS = 100
Row = dict[str, Any]

router = APIRouter()


@router.get("/invoices", tags=["invoices"])
def invoices(
    call: Reader,
    customer: Filter = "",
    stage: Stage | None = None,
    after: After = "",
    limit: Limit = ROWS,
) -> InvoicePage:
    """Invoices, open and closed, by their numbers."""
    query = select(CASE)
    if customer:
        query = query.where(CASE.c.customer == customer)
    if stage:
        query = query.where(CASE.c.stage == stage)
    rows, following = _page(call, query, CASE.c.invoice, after, limit)
    return InvoicePage.model_validate({"invoices": [*map(_invoice, rows)], "next": following})


@router.get("/invoices/{invoice}", tags=["invoices"], response_model=Case)
def invoice(call: Reader, invoice: Number) -> Response:
    """The case of an invoice. Its ETag is what `If-Match` of an action takes."""
    with call.ledger.reading() as books:
        found = show(books, call.planner, invoice, call.now)
        headers = {"ETag": etag_of(books.version(invoice))}
    return JSONResponse(found, headers=headers)


@router.get("/invoices/{invoice}/why", tags=["invoices"], response_model=Why)
def why(call: Reader, invoice: Number, on: Day | None = None) -> Response:
    """Why the customer got, or did not get, a message about the invoice on a day; today without."""
    with call.ledger.reading() as books:
        asked = answer_on(books, call.planner, invoice, on, call.now)
    return JSONResponse(told(asked.answer))


@router.get("/invoices/{invoice}/message", tags=["invoices"], response_model=Message)
def message(call: Reader, invoice: Number, now: bool = False) -> Response:
    """The message that goes out next about an invoice, as it will read; with `now` if asked for."""
    supposed = [SendRequested(at=call.now, by=call.by)] if now else []
    letters = letters_in_force(call.planner, call.now)
    with call.ledger.reading() as books:
        for one in supposed:
            may(books.case(invoice), one)
        looked = looked_at(books, call.planner, letters, invoice, call.now, supposed)
    return JSONResponse({"invoice": invoice, **told_of(looked)})


@router.get("/customers", tags=["customers"])
def customers(call: Reader, after: After = "", limit: Limit = ROWS) -> CustomerPage:
    """Customers by their numbers."""
    rows, following = _page(call, select(CUSTOMER), CUSTOMER.c.customer, after, limit)
    return CustomerPage.model_validate({"customers": [*map(_customer, rows)], "next": following})


@router.get("/customers/{customer}", tags=["customers"])
def customer(call: Reader, customer: Number) -> Customer:
    """A customer; /invoices lists its invoices."""
    query = select(CUSTOMER).where(CUSTOMER.c.customer == customer)
    with call.ledger.reading() as books:
        row = books.connection.execute(query).mappings().first()
    if row is None:
        raise Refusal(404, "unknown", f"There is no customer {customer} in the books.")
    return Customer.model_validate(_customer(row))


@router.get("/payments", tags=["payments"])
def payments(call: Reader, after: After = "", limit: Limit = ROWS) -> PaymentPage:
    """Payments by their numbers."""
    rows, following = _page(call, select(PAYMENT), PAYMENT.c.payment, after, limit)
    return PaymentPage.model_validate({"payments": [*map(_payment, rows)], "next": following})


@router.get("/replies", tags=["replies"])
def replies(
    call: RepliesReader, state: Filter = "", after: After = "", limit: Limit = ROWS
) -> ReplyPage:
    """What customers wrote; `state` is open, unassigned or handled."""
    query = select(REPLY).where(REPLY.c.state == state) if state else select(REPLY)
    rows, following = _page(call, query, REPLY.c.reply, after, limit)
    return ReplyPage.model_validate({"replies": [*map(_reply, rows)], "next": following})


def _page(
    call: Call, query: Select[Any], key: Column[str], after: str, limit: int
) -> tuple[Sequence[RowMapping], str | None]:
    if after:
        query = query.where(key > place(after))
    with call.ledger.reading() as books:
        found = books.connection.execute(query.order_by(key).limit(limit + 1)).mappings().all()
    more = len(found) > limit
    return found[:limit], cursor(found[limit - 1][key.name]) if more else None


def _invoice(row: RowMapping) -> Row:
    names = "invoice customer entity currency issue_date due_date stage level closed_on".split()
    return _named(row, names) | _amounts(row, "amount", "balance", "disputed")


def _customer(row: RowMapping) -> Row:
    return _named(row, "customer name country segment entity paused_until".split())


def _payment(row: RowMapping) -> Row:
    unapplied = Money(row["amount_minor"] - row["applied_minor"], row["currency"])
    named = _named(row, "payment currency reference".split())
    return (
        named
        | _amounts(row, "amount")
        | {
            "date": row["on"],
            "unapplied": str(unapplied.major),
        }
    )


def _reply(row: RowMapping) -> Row:
    names = "reply kind channel state customer received_at new_text outcome".split()
    return _named(row, names) | {"reading": json.loads(row["reading"])}


def _named(row: RowMapping, names: Sequence[str]) -> Row:
    return {name: row[name] for name in names}


def _amounts(row: RowMapping, *names: str) -> Row:
    return {name: str(Money(row[f"{name}_minor"], row["currency"]).major) for name in names}
