"""Delivering events: claim, post without a transaction open, note what came of it.

At least once: a process that dies between posting and noting lets another one post it again,
under the same number.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import RowMapping
from sqlalchemy.exc import OperationalError

from activities.gateways.event_post import AddressRefused, EventPoster, PostFailed
from commands.sending.fault_log import traced
from commands.webhooks.signing import signed_headers
from ledger.books import Books
from ledger.event_deliveries import (
    claim_delivery,
    due_deliveries,
    forget_delivered,
    note_dead,
    note_delivered,
    note_failed,
)
from ledger.event_subscriptions import TEST
from ledger.ledger import Ledger

# After each failed attempt; after the last one it waits for a person.
WAITS = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
IDLE = timedelta(seconds=1)
AT_ONCE = 20
# Longer than a post takes: nobody else tries meanwhile.
LEASE = timedelta(minutes=2)
KEPT = timedelta(days=30)
_HEADERS = {"Content-Type": "application/json", "User-Agent": "Duncan"}
_log = structlog.get_logger()


@dataclass(frozen=True)
class Delivering:
    """Works off the queue of events; any number of processes may, beside each other."""

    ledger: Ledger
    poster: EventPoster

    async def run(self, now: Callable[[], datetime]) -> None:
        """Work until cancelled, whatever is broken meanwhile."""
        while True:
            try:
                done = await self.work(now)
            except OperationalError as error:
                _log.warning("events_wait", error=type(error).__name__)
                done = 0
            except Exception as error:  # noqa: BLE001 - a bug of ours must not end the worker
                _log.error("events_fail", fault=traced(error))
                done = 0
            if not done:
                await asyncio.sleep(IDLE.total_seconds())

    async def work(self, now: Callable[[], datetime]) -> int:
        """Try what is due, some at once; how many deliveries that were."""
        claimed = await asyncio.to_thread(self._claimed, now())
        trying = (asyncio.to_thread(self._try, one, now) for one in claimed)
        await asyncio.gather(*trying)
        return len(claimed)

    def _claimed(self, now: datetime) -> list[RowMapping]:
        with self.ledger.reading() as books:
            due = due_deliveries(books.connection, now, AT_ONCE)
        if not due:
            return []

        def claim(books: Books) -> list[RowMapping]:
            forget_delivered(books.connection, now - KEPT)
            return [one for one in due if claim_delivery(books.connection, one, now + LEASE)]

        return self.ledger.transact(claim)

    def _try(self, row: RowMapping, now: Callable[[], datetime]) -> None:
        event, body = row["delivery"], body_of(row)
        secrets = [one for one in (row["secret"], row["secret_before"]) if one]
        headers = _HEADERS | signed_headers(secrets, event, now(), body)
        try:
            status = self.poster.post(row["url"], body, headers)
        except (AddressRefused, PostFailed) as failed:
            why = str(failed)
            self.ledger.transact(lambda books: _failed(books, row, now(), why))
        else:
            said = f"It answered {status}."
            self.ledger.transact(lambda books: note_delivered(books.connection, event, now(), said))


def body_of(row: RowMapping) -> bytes:
    """An event as it is posted: what happened to which invoice and when, and nothing personal.

    What else there is to know, who is told asks the API for.
    """
    invoice = row["stream"].removeprefix("invoice:") if row["kind"] != TEST else None
    said = {
        "id": row["delivery"],
        "type": row["kind"],
        "at": row["happened_at"].isoformat(),
        "invoice": invoice,
        "number": row["number"],
    }
    return json.dumps(said, separators=(",", ":")).encode()


def _failed(books: Books, row: RowMapping, now: datetime, why: str) -> None:
    attempt = row["attempts"]
    if attempt < len(WAITS):
        note_failed(books.connection, row["delivery"], now + WAITS[attempt], why)
    else:
        note_dead(books.connection, row["delivery"], now, why)
