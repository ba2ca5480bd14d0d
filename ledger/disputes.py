"""The list of disputes: whose each is, what it holds, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Index, select
from sqlmodel import Field, SQLModel

from dunning.case import Case
from dunning.may import is_closed
from ledger.rows import Row
from ledger.tables import minor, moment, table


class DisputeRow(SQLModel, table=True):
    """A dispute, for lists; `followed` while a workflow watches its service level or grace.

    `amount_minor` is what was disputed, all of it where no amount was named; `held_minor` is what
    it keeps from being asked for now.
    """

    __tablename__ = "dispute"
    __table_args__ = (Index("ix_dispute_followed", "followed", "owner"),)
    dispute: str = Field(primary_key=True)
    invoice: str = Field(index=True)
    customer: str
    reason: str
    owner: str
    waiting_on: str
    escalated: bool
    currency: str
    amount_minor: int = minor()
    held_minor: int = minor()
    credited_minor: int = minor()
    opened_at: datetime = moment()
    resolved_at: datetime | None = moment(nullable=True)
    outcome: str
    followed: bool


DISPUTE = table(DisputeRow)


def dispute_rows(case: Case) -> list[Row]:
    """The disputes of a case as its facts give them."""
    return [
        {
            "dispute": dispute.dispute,
            "invoice": case.invoice,
            "customer": case.customer,
            "reason": dispute.reason,
            "owner": dispute.owner,
            "waiting_on": dispute.waiting_on,
            "escalated": bool(dispute.escalated),
            "currency": case.amount.currency,
            "amount_minor": (dispute.amount or case.amount).minor,
            "held_minor": case.held_by([dispute]).minor if dispute.holds else 0,
            "credited_minor": dispute.credited.minor if dispute.credited else 0,
            "opened_at": dispute.at,
            "resolved_at": dispute.resolved_at,
            "outcome": dispute.outcome,
            "followed": dispute.holds and not is_closed(case),
        }
        for dispute in case.disputes
    ]


class ListedDispute(NamedTuple):
    """A dispute as lists show it; amounts in minor units of its currency."""

    dispute: str
    invoice: str
    customer: str
    reason: str
    owner: str
    waiting_on: str
    escalated: bool
    currency: str
    amount_minor: int
    held_minor: int
    opened_at: datetime


def open_disputes(connection: Connection, owner: str = "") -> list[ListedDispute]:
    """The disputes nobody resolved yet, of one owner or all, oldest first."""
    columns = (DISPUTE.c[name] for name in ListedDispute._fields)
    query = select(*columns).where(DISPUTE.c.followed, DISPUTE.c.outcome == "")
    if owner:
        query = query.where(DISPUTE.c.owner == owner)
    ordered = query.order_by(DISPUTE.c.opened_at, DISPUTE.c.dispute)
    return [ListedDispute(*row) for row in connection.execute(ordered)]


def followed_disputes(connection: Connection) -> dict[str, bool]:
    """Every dispute, and whether a workflow has to follow it."""
    rows = connection.execute(select(DISPUTE.c.dispute, DISPUTE.c.followed))
    return {row.dispute: row.followed for row in rows}


def disputed_invoices(connection: Connection) -> Sequence[str]:
    """The invoices that were ever disputed."""
    query = select(DISPUTE.c.invoice).distinct().order_by(DISPUTE.c.invoice)
    return connection.execute(query).scalars().all()
