"""Who is told of what happens to cases, and the queue of what each of them still has to get.

A delivery is queued in the transaction that records its fact, so that none is ever lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import Connection, Index, RowMapping, Text, insert, select, update
from sqlmodel import Field, SQLModel

from ledger.rows import Row
from ledger.tables import moment, table

EVERYTHING = "*"
TEST = "test"
WAITING, DELIVERED, DEAD = "waiting", "delivered", "dead"


class SubscriptionRow(SQLModel, table=True):
    """An address that is told of events; `secret_before` signs as well while secrets change."""

    __tablename__ = "event_subscription"
    subscription: str = Field(primary_key=True)
    url: str
    kinds: str
    secret: str
    secret_before: str = ""
    active: bool = True
    added_by: str
    added_at: datetime = moment()
    ended_by: str = ""
    ended_at: datetime | None = moment(nullable=True)


class DeliveryRow(SQLModel, table=True):
    """One event for one address; `why` says what came of the last attempt."""

    __tablename__ = "event_delivery"
    __table_args__ = (
        Index("ix_event_delivery_due", "state", "next_at"),
        Index("ix_event_delivery_of", "subscription", "happened_at", "delivery"),
    )
    delivery: str = Field(primary_key=True)
    subscription: str
    stream: str
    number: int
    kind: str
    happened_at: datetime = moment()
    state: str = WAITING
    attempts: int = 0
    next_at: datetime = moment()
    settled_at: datetime | None = moment(nullable=True)
    why: str = Field(default="", sa_type=Text)


SUBSCRIPTION, DELIVERY = table(SubscriptionRow), table(DeliveryRow)
# Built once: every fact asks.
_ACTIVE = select(SUBSCRIPTION.c.subscription, SUBSCRIPTION.c.kinds).where(SUBSCRIPTION.c.active)


class Happened(NamedTuple):
    """A fact that was recorded: its place in the books, its kind and its moment."""

    stream: str
    number: int
    kind: str
    at: datetime


def queue_events(connection: Connection, facts: Iterable[Row]) -> None:
    """Queue what the rows of new facts say about cases for whoever subscribed to it."""
    about_cases = [
        Happened(row["stream"], row["number"], row["kind"], row["recorded_at"])
        for row in facts
        if row["stream"].startswith("invoice:")
    ]
    if not about_cases:
        return
    rows = [
        delivery_row(subscription, fact)
        for subscription, kinds in connection.execute(_ACTIVE).all()
        for fact in about_cases
        if wants(kinds, fact.kind)
    ]
    if rows:
        connection.execute(insert(DELIVERY), rows)


def delivery_row(subscription: str, fact: Happened) -> Row:
    """A delivery that is due at once."""
    return {
        "delivery": f"evt_{uuid4().hex}",
        "subscription": subscription,
        "stream": fact.stream,
        "number": fact.number,
        "kind": fact.kind,
        "happened_at": fact.at,
        "state": WAITING,
        "attempts": 0,
        "next_at": fact.at,
        "settled_at": None,
        "why": "",
    }


def wants(kinds: str, kind: str) -> bool:
    """Whether a subscription to these kinds, with spaces between, is told of this one."""
    return EVERYTHING in kinds.split() or kind in kinds.split()


def keep_subscription(connection: Connection, row: Row) -> None:
    """Keep a new subscription."""
    connection.execute(insert(SUBSCRIPTION), [row])


def subscription_of(connection: Connection, subscription: str) -> RowMapping | None:
    """One subscription, ended or not."""
    query = select(SUBSCRIPTION).where(SUBSCRIPTION.c.subscription == subscription)
    return connection.execute(query).mappings().first()


def subscriptions_of(connection: Connection) -> Sequence[RowMapping]:
    """Every subscription there ever was, newest first."""
    query = select(SUBSCRIPTION).order_by(SUBSCRIPTION.c.added_at.desc(), SUBSCRIPTION.c.url)
    return connection.execute(query).mappings().all()


def change_subscription(connection: Connection, subscription: str, values: Row) -> None:
    """Change some columns of a subscription."""
    query = update(SUBSCRIPTION).where(SUBSCRIPTION.c.subscription == subscription)
    connection.execute(query.values(**values))
