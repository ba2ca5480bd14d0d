"""What counts on a day and was recorded after it: reports of the day did not have it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, literal, literal_column, select

from dunning.money import Money
from ledger.applications import APPLICATION
from ledger.report_cash import FACT, PAYMENT
from ledger.report_reading import CASE, after


@dataclass(frozen=True)
class BackdatedEntry:
    """An entry that counts on a day but was recorded after it."""

    invoice: str
    kind: str
    on: date
    recorded_at: datetime
    amount: Money


def backdated(connection: Connection, day: date) -> Iterator[BackdatedEntry]:
    """What counts on the day but was recorded after it: movements, invoices, unapplied payments.

    A report of the day that was made on the day did not have it. The latest come first.
    """
    for query in (_late_movements(day), _late_invoices(day), _late_payments(day)):
        late = query.order_by(literal_column("recorded_at").desc())
        for invoice, kind, on, recorded_at, minor, currency in connection.execute(late):
            yield BackdatedEntry(invoice, kind, on, recorded_at, Money(int(minor), currency))


def _late_movements(day: date) -> Select[Any]:
    on, recorded_at = APPLICATION.c.on, APPLICATION.c.recorded_at.label("recorded_at")
    minor, kind = APPLICATION.c.amount_minor, APPLICATION.c.kind
    query = select(APPLICATION.c.invoice, kind, on, recorded_at, minor, CASE.c.currency)
    joined = query.join_from(APPLICATION, CASE, CASE.c.invoice == APPLICATION.c.invoice)
    return joined.where(APPLICATION.c.recorded_at >= after(day), on <= day)


def _late_invoices(day: date) -> Select[Any]:
    recorded_at, kind = CASE.c.opened_at.label("recorded_at"), literal("invoice")
    columns = (CASE.c.issue_date, recorded_at, CASE.c.amount_minor, CASE.c.currency)
    late = (CASE.c.opened_at >= after(day), CASE.c.issue_date <= day)
    return select(CASE.c.invoice, kind, *columns).where(*late)


def _late_payments(day: date) -> Select[Any]:
    recorded_at = FACT.c.recorded_at.label("recorded_at")
    left = PAYMENT.c.applied_minor - PAYMENT.c.amount_minor
    columns = (PAYMENT.c.on, recorded_at, left, PAYMENT.c.currency)
    query = select(literal(""), literal("unapplied payment"), *columns)
    joined = query.join_from(PAYMENT, FACT, FACT.c.stream == "payment:" + PAYMENT.c.payment)
    late = (FACT.c.number == 1, FACT.c.recorded_at >= after(day), PAYMENT.c.on <= day)
    return joined.where(*late, left != 0)
