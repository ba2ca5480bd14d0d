"""What counts on a day and was recorded after it: reports of the day did not have it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, literal, literal_column, select, true

from dunning.money import Money
from ledger.applications import APPLICATION
from ledger.report_cash import PAYMENT
from ledger.report_reading import CASE, after


@dataclass(frozen=True)
class BackdatedEntry:
    """An entry that counts on a day but was recorded after it."""

    invoice: str
    kind: str
    on: date
    recorded_at: datetime
    amount: Money


def backdated(connection: Connection, day: date, most: int) -> tuple[int, list[BackdatedEntry]]:
    """What counts on the day but was recorded after it: movements, invoices, unapplied payments.

    A report of the day that was made on the day did not have it. How many there are, and the
    `most` latest: movements first, then invoices, then payments.
    """
    count, latest = 0, list[BackdatedEntry]()
    for query in (_late_movements(day), _late_invoices(day), _late_payments(day)):
        counting = query.with_only_columns(func.count(), maintain_column_froms=True)
        counted = connection.execute(counting).scalar_one()
        count += counted
        if counted:
            late = query.order_by(literal_column("recorded_at").desc()).limit(most - len(latest))
            latest += map(_entry, connection.execute(late))
    return count, latest


def _entry(row: Any) -> BackdatedEntry:  # noqa: ANN401 - a row of one of the queries
    invoice, kind, on, recorded_at, minor, currency = row
    return BackdatedEntry(invoice, kind, on, recorded_at, Money(int(minor), currency))


def _late_movements(day: date) -> Select[Any]:
    on, recorded_at = APPLICATION.c.on, APPLICATION.c.recorded_at.label("recorded_at")
    minor, kind = APPLICATION.c.amount_minor, APPLICATION.c.kind
    query = select(APPLICATION.c.invoice, kind, on, recorded_at, minor, CASE.c.currency)
    joined = query.join_from(APPLICATION, CASE, CASE.c.invoice == APPLICATION.c.invoice)
    # Few are late and many are old: SQLite is to begin with the moment of recording.
    return joined.where(APPLICATION.c.recorded_at >= after(day), (on <= day).is_(true()))


def _late_invoices(day: date) -> Select[Any]:
    recorded_at, kind = CASE.c.opened_at.label("recorded_at"), literal("invoice")
    columns = (CASE.c.issue_date, recorded_at, CASE.c.amount_minor, CASE.c.currency)
    late = (CASE.c.opened_at >= after(day), CASE.c.issue_date <= day)
    return select(CASE.c.invoice, kind, *columns).where(*late)


def _late_payments(day: date) -> Select[Any]:
    """What settles nothing now and was told later."""
    left = PAYMENT.c.applied_minor - PAYMENT.c.amount_minor
    recorded_at = PAYMENT.c.recorded_at.label("recorded_at")
    columns = (literal(""), literal("unapplied payment"), PAYMENT.c.on, recorded_at, left)
    late = (PAYMENT.c.on <= day, recorded_at >= after(day))
    free = PAYMENT.c.amount_minor != PAYMENT.c.applied_minor
    return select(*columns, PAYMENT.c.currency).where(free, *late)
