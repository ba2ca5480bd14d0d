"""The queue of events that subscribers are told of: what is due, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, delete, func, insert, select, update

from ledger.event_subscriptions import (
    DEAD,
    DELIVERED,
    DELIVERY,
    SUBSCRIPTION,
    WAITING,
    Happened,
    delivery_row,
)


def queue_one(connection: Connection, subscription: str, fact: Happened) -> str:
    """Queue one event for one subscriber; its number."""
    row = delivery_row(subscription, fact)
    connection.execute(insert(DELIVERY), [row])
    return str(row["delivery"])


def due_deliveries(connection: Connection, now: datetime, limit: int) -> Sequence[RowMapping]:
    """The deliveries that are due, oldest first, each with its subscriber's address and secrets."""
    query = (
        select(DELIVERY, SUBSCRIPTION.c.url, SUBSCRIPTION.c.secret, SUBSCRIPTION.c.secret_before)
        .join(SUBSCRIPTION, SUBSCRIPTION.c.subscription == DELIVERY.c.subscription)
        .where(DELIVERY.c.state == WAITING, DELIVERY.c.next_at <= now, SUBSCRIPTION.c.active)
    )
    order = (DELIVERY.c.next_at, DELIVERY.c.stream, DELIVERY.c.number)
    return connection.execute(query.order_by(*order).limit(limit)).mappings().all()


def claim_delivery(connection: Connection, row: RowMapping, until: datetime) -> bool:
    """Claim a delivery until a moment, unless another process did; then it counts as an attempt."""
    query = update(DELIVERY).where(
        DELIVERY.c.delivery == row["delivery"],
        DELIVERY.c.state == WAITING,
        DELIVERY.c.attempts == row["attempts"],
        DELIVERY.c.next_at == row["next_at"],
    )
    claimed = connection.execute(query.values(next_at=until, attempts=row["attempts"] + 1))
    return claimed.rowcount == 1


def note_delivered(connection: Connection, delivery: str, now: datetime, why: str) -> None:
    """Note that the subscriber took it."""
    _settle(connection, delivery, DELIVERED, now, why)


def note_dead(connection: Connection, delivery: str, now: datetime, why: str) -> None:
    """Note that it is not tried any more until a person asks for it."""
    _settle(connection, delivery, DEAD, now, why)


def note_failed(connection: Connection, delivery: str, again: datetime, why: str) -> None:
    """Note that it is to be tried again."""
    query = update(DELIVERY).where(DELIVERY.c.delivery == delivery)
    connection.execute(query.values(next_at=again, why=why))


def replay_dead(
    connection: Connection, subscription: str, now: datetime, delivery: str = ""
) -> int:
    """Queue dead deliveries again, all or one of a subscription; how many that were."""
    query = update(DELIVERY).where(
        DELIVERY.c.subscription == subscription, DELIVERY.c.state == DEAD
    )
    if delivery:
        query = query.where(DELIVERY.c.delivery == delivery)
    anew = {"state": WAITING, "attempts": 0, "next_at": now, "settled_at": None}
    return connection.execute(query.values(**anew)).rowcount


def deliveries_of(subscription: str, state: str = "") -> Select[Any]:
    """The deliveries of a subscription, all or those of one state, to be read by pages."""
    query = select(DELIVERY).where(DELIVERY.c.subscription == subscription)
    return query.where(DELIVERY.c.state == state) if state else query


def states_of(connection: Connection, only: str = "") -> dict[str, dict[str, int]]:
    """How many deliveries of each subscription, or of `only` one, are in each state."""
    columns = (DELIVERY.c.subscription, DELIVERY.c.state)
    found: dict[str, dict[str, int]] = {}
    query = select(*columns, func.count()).group_by(*columns)
    query = query.where(DELIVERY.c.subscription == only) if only else query
    for subscription, state, count in connection.execute(query):
        found.setdefault(subscription, {})[state] = count
    return found


def forget_delivered(connection: Connection, before: datetime) -> None:
    """Forget what was taken long ago: the facts themselves stay."""
    # By the columns of the index: the last attempt was shortly before.
    old = (DELIVERY.c.state == DELIVERED) & (DELIVERY.c.next_at < before)
    connection.execute(delete(DELIVERY).where(old))


def _settle(connection: Connection, delivery: str, state: str, now: datetime, why: str) -> None:
    query = update(DELIVERY).where(DELIVERY.c.delivery == delivery)
    connection.execute(query.values(state=state, settled_at=now, why=why))
