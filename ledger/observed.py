"""What a monitor wants to know of the books, cheap enough to ask every few seconds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from ledger import doorbells
from ledger.arrivals import ARRIVAL as _ARRIVAL
from ledger.arrivals import UNREADABLE, waiting_since
from ledger.correspondence import ReplyRow
from ledger.imports import last_imports
from ledger.tables import FactRow, MessageRow, TaskRow, table

FACT, MESSAGE, TASK, REPLY = table(FactRow), table(MessageRow), table(TaskRow), table(ReplyRow)
# Facts are counted in batches, so that a process that was away for long does not stall.
_BATCH = 20_000
_WITHHELD = "touch_withheld"


@dataclass(frozen=True)
class Standing:
    """What waits in the books at a moment."""

    doorbells: int
    arrivals: int
    oldest_arrival: datetime | None
    unreadable: int
    replies: int
    unknown: int
    in_hand: int
    tasks: int
    imported: Mapping[str, datetime]


@dataclass(frozen=True)
class Happened:
    """Facts recorded after number `after` up to `last`: by kind, and withheld touches by code."""

    last: int
    kinds: Mapping[str, int]
    withheld: Mapping[str, int]


def standing(connection: Connection) -> Standing:
    """What waits for the engine, for the mailroom, for people, and when files last came in."""

    def count(*conditions: object) -> int:
        query = select(func.count()).where(*conditions)  # type: ignore[arg-type]
        return int(connection.execute(query).scalar_one())

    arrivals, oldest = waiting_since(connection)
    return Standing(
        doorbells=doorbells.count(connection),
        arrivals=arrivals,
        oldest_arrival=oldest,
        unreadable=count(_ARRIVAL.c.state == UNREADABLE),
        replies=count(REPLY.c.state.in_(("open", "unassigned"))),
        unknown=count(MESSAGE.c.state == "unknown"),
        in_hand=count(MESSAGE.c.state == "started"),
        tasks=count(TASK.c.outcome == ""),
        imported=last_imports(connection),
    )


def newest_fact(connection: Connection) -> int:
    """The number of the newest fact over all streams; 0 in empty books."""
    return int(connection.execute(select(func.max(FACT.c.id))).scalar() or 0)


def happened(connection: Connection, after: int) -> Happened:
    """What was recorded since; call again with `last` until it stays the same."""
    query = select(FACT.c.id, FACT.c.kind, FACT.c.body).where(FACT.c.id > after)
    kinds: Counter[str] = Counter()
    withheld: Counter[str] = Counter()
    last = after
    for number, kind, body in connection.execute(query.order_by(FACT.c.id).limit(_BATCH)):
        last = number
        kinds[kind] += 1
        if kind == _WITHHELD:
            withheld[json.loads(body).get("code", "")] += 1
    return Happened(last, kinds, withheld)
