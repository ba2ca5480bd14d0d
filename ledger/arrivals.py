"""Arrivals: what came in, stored as it came before anybody looks into it, then handled once."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ledger.correspondence import ArrivalRow
from ledger.tables import table

ARRIVAL = table(ArrivalRow)
WAITING, HANDLED, UNREADABLE = "waiting", "handled", "unreadable"


class Arrival(NamedTuple):
    """What came in through a door; `details` is what else the door knew, `tries` those in vain."""

    id: int
    kind: str
    received_at: datetime
    body: bytes
    details: dict[str, str]
    state: str
    tries: int
    why: str


class Incoming(NamedTuple):
    """What just came in, before it is stored."""

    kind: str
    fingerprint: str
    body: bytes
    details: Mapping[str, str]
    received_at: datetime


def store(connection: Connection, incoming: Incoming) -> bool:
    """Keep what came in; False when the same thing is here already, whatever became of it."""
    statement = _keep(connection).returning(ARRIVAL.c.id)
    return connection.execute(statement, _row(incoming)).first() is not None


def store_all(connection: Connection, incoming: Sequence[Incoming]) -> None:
    """Keep all that came in, in its order, but for what is here already."""
    connection.execute(_keep(connection), [_row(one) for one in incoming])


def next_waiting(connection: Connection, postponed: Collection[int] = ()) -> Arrival | None:
    """The oldest arrival that waits and is not postponed; None when there is none.

    Ask in the transaction that handles it: nobody else is given it until that ends.
    """
    query = _arrivals().where(ARRIVAL.c.state == WAITING).order_by(ARRIVAL.c.id).limit(1)
    if postponed:
        query = query.where(ARRIVAL.c.id.not_in(postponed))
    # SQLite knows no such lock and needs none: its write transactions exclude each other.
    return _first(connection, query.with_for_update(skip_locked=True))


def arrival(connection: Connection, number: int) -> Arrival | None:
    """One arrival, whatever became of it."""
    return _first(connection, _arrivals().where(ARRIVAL.c.id == number))


def arrival_by(connection: Connection, fingerprint: str) -> Arrival | None:
    """The arrival with this fingerprint."""
    return _first(connection, _arrivals().where(ARRIVAL.c.fingerprint == fingerprint))


def latest_named(connection: Connection, prefix: str) -> str:
    """The last fingerprint, in the alphabet's order, of those that begin so; empty without one."""
    begins = ARRIVAL.c.fingerprint.startswith(prefix, autoescape=True)
    query = select(func.max(ARRIVAL.c.fingerprint)).where(begins)
    return connection.execute(query).scalar() or ""


def mark_handled(connection: Connection, number: int, at: datetime, why: str = "") -> bool:
    """Note that all of it is in the books; False when somebody settled it before."""
    return _settle(connection, number, state=HANDLED, handled_at=at, why=why)


def mark_unreadable(connection: Connection, number: int, at: datetime, why: str) -> bool:
    """Note that it cannot be read and why; it is kept for people. False when settled before."""
    return _settle(connection, number, state=UNREADABLE, handled_at=at, why=why)


def postpone(connection: Connection, number: int, why: str) -> int:
    """Note a try in vain and why; it waits on. How many tries there were, 0 when settled before.

    How long to leave it alone is up to the caller, who names it to `next_waiting`.
    """
    _settle(connection, number, tries=ARRIVAL.c.tries + 1, why=why)
    tries = select(ARRIVAL.c.tries).where(ARRIVAL.c.id == number, ARRIVAL.c.state == WAITING)
    return int(connection.execute(tries).scalar() or 0)


def waiting_since(connection: Connection) -> tuple[int, datetime | None]:
    """How many arrivals wait, and when the oldest of them came."""
    query = select(func.count(), func.min(ARRIVAL.c.received_at)).where(ARRIVAL.c.state == WAITING)
    count, oldest = connection.execute(query).one()
    return int(count), oldest


def _keep(connection: Connection) -> postgresql.Insert | sqlite.Insert:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return insert(ARRIVAL).on_conflict_do_nothing(index_elements=["fingerprint"])


def _row(incoming: Incoming) -> dict[str, Any]:
    return incoming._asdict() | {
        "details": json.dumps(dict(incoming.details), sort_keys=True),
        "state": WAITING,
        "tries": 0,
        "why": "",
    }


def _arrivals() -> Select[Any]:
    names = "id kind received_at body details state tries why".split()
    return select(*(ARRIVAL.c[name] for name in names))


def _first(connection: Connection, query: Select[Any]) -> Arrival | None:
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    return Arrival(**{**row, "details": json.loads(row["details"]), "body": bytes(row["body"])})


def _settle(connection: Connection, number: int, **values: Any) -> bool:  # noqa: ANN401 - columns
    still = update(ARRIVAL).where(ARRIVAL.c.id == number, ARRIVAL.c.state == WAITING)
    return connection.execute(still.values(**values)).rowcount > 0
