"""Which messages of which day are listed as going out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause

from ledger.tables import CaseRow, CustomerRow, table

CASE, CUSTOMER = table(CaseRow), table(CustomerRow)


@dataclass(frozen=True)
class Span:
    """A day of the team as moments; today begins with what should have gone out before."""

    day: date
    start: datetime | None
    end: datetime


@dataclass(frozen=True)
class Wanted:
    """Which messages are listed. `q` begins a word of a customer's number or name."""

    q: str = ""
    level: str = ""
    channel: str = ""
    entity: str = ""
    collector: str = ""


def from_of(wanted: Wanted) -> FromClause:
    """What such a list is read from."""
    if not wanted.collector:
        return CASE
    return CASE.join(CUSTOMER, CASE.c.customer == CUSTOMER.c.customer)


def due_in(span: Span, wanted: Wanted, case: FromClause = CASE) -> list[ColumnElement[Any]]:
    """The invoices whose message goes out within the span; `case` may be an alias of the list."""
    found = [
        case.c.closed_on.is_(None),
        case.c.next_kind.in_(("send_touch", "send_invoice")),
        case.c.next_at < span.end,
    ]
    if span.start is not None:
        found.append(case.c.next_at >= span.start)
    if wanted.level.isdecimal():
        found.append(case.c.next_level == int(wanted.level))
    if wanted.channel:
        found.append(case.c.next_channel == wanted.channel)
    if wanted.entity:
        found.append(case.c.entity == wanted.entity)
    # An alias stands for another invoice of the same customer, whose collector is the same.
    if wanted.collector and case is CASE:
        found.append(CUSTOMER.c.collector == wanted.collector)
    return found
