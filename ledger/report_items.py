"""Invoices as they stood at the end of any day, for sums and for lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Subquery, select, union_all

from dunning.money import Money
from ledger.report_reading import EVERYTHING, Scope, disputed_on
from ledger.report_standings import standings


@dataclass(frozen=True)
class ItemOn:
    """One invoice with a balance at the end of a day; a balance below 0 is owed to the customer."""

    invoice: str
    customer: str
    entity: str
    reference: str
    issue_date: date
    due_date: date
    amount: Money
    balance: Money
    disputed: Money


def items_on(
    day: date,
    customer: str = "",
    *,
    settled_too: bool = False,
    scope: Scope = EVERYTHING,
    only: tuple[str, ...] = (),
) -> Subquery:
    """The invoices issued by the day as they stood at its end; those settled then only if asked.

    Columns: invoice, customer, entity, currency, reference, issue_date, due_date, amount, balance,
    disputed, or `only` these; amounts in minor units. What is settled now and did not move since
    the day was settled then: most invoices are, and nobody looks at them.
    """
    disputed = disputed_on(day) if not only or "disputed" in only else None
    parts = standings(day, scope, disputed, customer, settled_too=settled_too)
    if only:
        parts = [
            one.with_only_columns(
                *(one.selected_columns[name] for name in only), maintain_column_froms=True
            )
            for one in parts
        ]
    return union_all(*parts).subquery("item")


def open_items_on(
    connection: Connection, day: date, customer: str = "", scope: Scope = EVERYTHING
) -> Iterator[ItemOn]:
    """Every invoice with a balance at the end of the day, oldest due date first."""
    for row in open_rows_on(connection, day, customer, scope):
        yield ItemOn(
            row.invoice,
            row.customer,
            row.entity,
            row.reference,
            row.issue_date,
            row.due_date,
            *(Money(int(n), row.currency) for n in (row.amount, row.balance, row.disputed)),
        )


def open_rows_on(
    connection: Connection, day: date, customer: str = "", scope: Scope = EVERYTHING
) -> Iterator[Row[Any]]:
    """The same as rows of `items_on`, for lists of a million."""
    item = items_on(day, customer, scope=scope)
    query = select(item).where(item.c.balance != 0)
    ordered = query.order_by(item.c.due_date, item.c.invoice)
    yield from connection.execute(ordered, execution_options={"yield_per": 2000})
