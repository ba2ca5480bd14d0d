"""What was done about each collector's customers in a period: cash in, reminders, promises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, func, select

from ledger.applications import APPLICATION, MONEY
from ledger.report_activity import reminders
from ledger.report_reading import CASE, CUSTOMER, EVERYTHING, Scope, cases_in, known_movements
from ledger.rows import chunks
from ledger.tables import MessageRow, table

MESSAGE = table(MessageRow)
_COLLECTOR = func.coalesce(CUSTOMER.c.collector, "")


def collected_by(
    connection: Connection, first: date, last: date, scope: Scope = EVERYTHING
) -> dict[tuple[str, str], int]:
    """Cash applied with value dates in the period, by collector and currency, in minor units."""
    query = (
        select(_COLLECTOR, CASE.c.currency, func.sum(-APPLICATION.c.amount_minor))
        .join_from(APPLICATION, CASE, CASE.c.invoice == APPLICATION.c.invoice)
        .outerjoin(CUSTOMER, CUSTOMER.c.customer == CASE.c.customer)
        .where(APPLICATION.c.kind.in_(MONEY), APPLICATION.c.on >= first, APPLICATION.c.on <= last)
        .where(*known_movements(scope), *cases_in(scope))
        .group_by(_COLLECTOR, CASE.c.currency)
    )
    return {(who, iso): int(minor) for who, iso, minor in connection.execute(query)}


def reminders_by(connection: Connection, first: date, last: date) -> dict[str, int]:
    """Reminders that reached customers in the period, by collector."""
    query = (
        select(_COLLECTOR, func.count())
        .join_from(MESSAGE, CUSTOMER, CUSTOMER.c.customer == MESSAGE.c.customer)
        .where(*reminders(first, last))
        .group_by(_COLLECTOR)
    )
    return {who: int(count) for who, count in connection.execute(query)}


def customers_by(connection: Connection) -> dict[str, int]:
    """How many customers each collector has."""
    query = select(_COLLECTOR, func.count()).select_from(CUSTOMER).group_by(_COLLECTOR)
    return {who: int(count) for who, count in connection.execute(query)}


def collectors_of(connection: Connection, invoices: Iterable[str]) -> Mapping[str, str]:
    """Whose customer each of the invoices is about."""
    found: dict[str, str] = {}
    for some in chunks(sorted(set(invoices))):
        query = select(CASE.c.invoice, _COLLECTOR).outerjoin_from(
            CASE, CUSTOMER, CUSTOMER.c.customer == CASE.c.customer
        )
        rows = connection.execute(query.where(CASE.c.invoice.in_(some)))
        found.update((invoice, who) for invoice, who in rows)
    return found
