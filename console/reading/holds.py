"""The register of holds: what stops everything of a customer until a person lifts it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from console.reading.paging import Order, Page, Place, read_all, read_page
from ledger.holds import HOLD
from ledger.tables import CustomerRow, table

CUSTOMER = table(CustomerRow)
STATES = ("placed", "overdue", "lifted", "all")
KINDS = ("legal", "hardship", "other")
# Nobody should forget a hold: after so long somebody looks at it again.
LOOK_AGAIN_DAYS = 30
_ORDER = Order(HOLD.c.at, HOLD.c.hold, datetime.fromisoformat, descending=True)


@dataclass(frozen=True)
class HoldFilter:
    """Which holds, of which kind, of whom."""

    state: str = "placed"
    kind: str = ""
    customer: str = ""


@dataclass(frozen=True)
class Held:
    """A hold with its customer's name; `overdue` when nobody looked at it for too long."""

    hold: Row[Any]
    days: int

    @property
    def lifted(self) -> bool:
        """Whether it is over."""
        return self.hold.lifted_at is not None

    @property
    def overdue(self) -> bool:
        """Whether somebody should look at it again."""
        return not self.lifted and self.days >= LOOK_AGAIN_DAYS


def hold_page(connection: Connection, which: HoldFilter, now: datetime, place: Place) -> Page:
    """Holds, the latest first."""
    return read_page(connection, _listed(which, now), _ORDER, place)


def exported(connection: Connection, which: HoldFilter, now: datetime) -> Iterator[Held]:
    """Every hold of the filter, for a file."""
    return (held(row, now) for row in read_all(connection, _listed(which, now), _ORDER))


def held(row: Row[Any], now: datetime) -> Held:
    """A hold of a page."""
    return Held(row, (now - row.at) // timedelta(days=1))


def _listed(which: HoldFilter, now: datetime) -> Select[Any]:
    joined = HOLD.outerjoin(CUSTOMER, CUSTOMER.c.customer == HOLD.c.customer)
    query = select(HOLD, CUSTOMER.c.name).select_from(joined)
    if which.state in ("placed", "overdue"):
        query = query.where(HOLD.c.lifted_at.is_(None))
    if which.state == "overdue":
        query = query.where(HOLD.c.at <= now - timedelta(days=LOOK_AGAIN_DAYS))
    if which.state == "lifted":
        query = query.where(HOLD.c.lifted_at.is_not(None))
    if which.kind:
        query = query.where(HOLD.c.kind == which.kind)
    return query.where(HOLD.c.customer == which.customer) if which.customer else query
