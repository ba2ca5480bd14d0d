"""Taking rows in: customers, invoices and payments, by the same checks as imported files."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from commands.authority import demand
from commands.cash.applying import match_again
from commands.imports.imports import import_into
from console.api.access import Call, ImportsWriter
from console.api.once import Answer, Sent, TheRequest, once
from console.api.shapes import Taken
from intake.mapping import general_mapping

_MOST_ROWS = 5_000
# What the API takes is written in one way only.
_WRITTEN = replace(general_mapping(), decimal=".", date_form="YYYY-MM-DD")
Cell = Annotated[str, Field(max_length=4_000)]
Amount = Annotated[str, Field(pattern=r"^-?[0-9]{1,13}(\.[0-9]{1,4})?$", examples=["1250.00"])]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", examples=["2026-03-31"])]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["EUR"])]

router = APIRouter()


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CustomerRow(_Row):
    """A customer with one contact; several rows of one customer are several contacts."""

    customer: Cell
    name: Cell
    country: Cell = ""
    subdivision: Cell = ""
    timezone: Cell = ""
    locale: Cell = ""
    segment: Cell = ""
    entity: Cell = ""
    policy: Cell = ""
    debtor: Cell = ""
    contact_name: Cell = ""
    contact_role: Cell = ""
    email: Cell = ""
    phone: Cell = ""
    sms_consent: Cell = ""
    closures: Cell = ""


class InvoiceRow(_Row):
    """An invoice, new or changed. `distributed` is no when Duncan has to send it."""

    invoice: Cell
    customer: Cell
    currency: Currency
    amount: Amount
    issue_date: Day
    due_date: Day
    customer_name: Cell = ""
    entity: Cell = ""
    distributed: Cell = ""
    policy: Cell = ""
    reference: Cell = ""


class PaymentRow(_Row):
    """A payment; without a number of its own it is named after what it says."""

    date: Day
    currency: Currency
    amount: Amount
    reference: Cell
    payment: Cell = ""
    payer: Cell = ""


class Customers(_Row):
    """Customers, new or changed."""

    rows: Annotated[list[CustomerRow], Field(min_length=1, max_length=_MOST_ROWS)]


class Invoices(_Row):
    """Invoices, new or changed."""

    rows: Annotated[list[InvoiceRow], Field(min_length=1, max_length=_MOST_ROWS)]


class Payments(_Row):
    """Payments that came in."""

    rows: Annotated[list[PaymentRow], Field(min_length=1, max_length=_MOST_ROWS)]


@router.post("/customers", tags=["imports"], response_model=Taken)
def take_customers(call: ImportsWriter, sent: TheRequest, order: Customers) -> Response:
    """Record new and changed customers. The same rows again change nothing."""
    return once(call, sent, lambda: _taken(call, sent, "customers", order.rows))


@router.post("/invoices", tags=["imports"], response_model=Taken)
def take_invoices(call: ImportsWriter, sent: TheRequest, order: Invoices) -> Response:
    """Open new invoices and amend changed ones. The same rows again change nothing."""
    return once(call, sent, lambda: _taken(call, sent, "invoices", order.rows))


@router.post("/payments", tags=["imports"], response_model=Taken)
def take_payments(call: ImportsWriter, sent: TheRequest, order: Payments) -> Response:
    """Record payments and apply those that are sure. The same rows again change nothing."""
    return once(call, sent, lambda: _taken(call, sent, "payments", order.rows))


def _taken(call: Call, sent: Sent, kind: str, rows: Sequence[_Row]) -> Answer:
    demand(call.ledger, call.by, "import_files", "Api.take_in", kind, call.now)
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"api-{sent.fingerprint[:16]}.csv"
        _write(file, [row.model_dump() for row in rows])
        rooms = call.service.parts
        report = import_into(rooms, kind, file, _WRITTEN, call.by, call.now, dry_run=False)
    if kind != "customers":
        match_again(call.ledger, call.planner.policies.cash, call.now, call.by)
    return Answer(report)


def _write(file: Path, rows: Sequence[dict[str, Any]]) -> None:
    """A field that no row gives has no column, as in a file that does not know it."""
    names = [name for name in rows[0] if any(row[name] for row in rows)]
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, names, extrasaction="ignore", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
