"""What shares of a period are made from: money that came in, disputes raised, settled, open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import Connection, and_, case, exists, func, or_, select

from dunning.contact_facts import ReplyReceived
from ledger.disputes import DISPUTE
from ledger.report_activity import touched_customers
from ledger.report_cash import PAYMENT
from ledger.report_reading import after
from ledger.tables import FactRow, table

FACT = table(FactRow)


@dataclass(frozen=True)
class Disputed:
    """Disputed amounts of one currency in minor units: raised, settled and still open."""

    raised: int = 0
    settled: int = 0
    still_open: int = 0


def received(
    connection: Connection, first: date, last: date, known_at: datetime | None = None
) -> Mapping[str, int]:
    """Money that came in by value date, by currency in minor units; what went back is in it."""
    within = and_(PAYMENT.c.on >= first, PAYMENT.c.on <= last, PAYMENT.c.of == "payment")
    if known_at:
        came = and_(FACT.c.stream == "payment:" + PAYMENT.c.payment, FACT.c.number == 1)
        within = and_(within, exists().where(came, FACT.c.recorded_at <= known_at))
    query = select(PAYMENT.c.currency, func.sum(PAYMENT.c.amount_minor)).where(within)
    rows = connection.execute(query.group_by(PAYMENT.c.currency))
    return {currency: int(minor) for currency, minor in rows}


def disputed(connection: Connection, first: date, last: date) -> Mapping[str, Disputed]:
    """What disputes were about, by currency; days are UTC."""
    begin, end = datetime.combine(first, time(), UTC), after(last)
    opened, resolved = DISPUTE.c.opened_at, DISPUTE.c.resolved_at
    still = and_(opened < end, or_(resolved.is_(None), resolved >= end))
    asked = (
        and_(opened >= begin, opened < end),
        and_(resolved >= begin, resolved < end),
        still,
    )
    sums = (func.sum(case((one, DISPUTE.c.amount_minor), else_=0)) for one in asked)
    rows = connection.execute(select(DISPUTE.c.currency, *sums).group_by(DISPUTE.c.currency))
    return {row[0]: Disputed(*map(int, row[1:])) for row in rows}


def answered(connection: Connection, first: date, last: date) -> tuple[int, int]:
    """Customers who got a reminder in the period, and those of them who wrote in it."""
    touched = touched_customers(connection, first, last)
    query = select(FACT.c.stream).where(
        FACT.c.kind == ReplyReceived.kind,
        FACT.c.recorded_at >= datetime.combine(first, time(), UTC),
        FACT.c.recorded_at < after(last),
    )
    wrote = {one.partition(":")[2] for one in connection.execute(query.distinct()).scalars()}
    return len(touched), len(touched & wrote)
