"""Books of an earlier hour that nobody marked: noticed by what the engine remembers, and stopped.

The engine remembers the newest fact in the note of a schedule that never runs, so that a worker
knows of it whose own memory, disk and books are gone.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

import structlog
from sqlalchemy.exc import OperationalError
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from commands.restoring.marking import mark_restored, was_marked_since
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.newest import Newest, are_behind, newest_fact
from workflows.contract import UPKEEP_QUEUE, UPKEEP_WORKFLOW

WHY = "the engine remembers facts that the books do not have: they are of an earlier hour"
MEMORY = "books:newest"
DUNCAN = "duncan"
# A process looks so often by what it saw itself, and so often by what the engine remembers.
GLANCE, LOOK = timedelta(seconds=1), timedelta(minutes=1)
_GLANCES = LOOK // GLANCE
AWAY = timedelta(seconds=5)
# A power failure may take facts back that are newer and no claims.
_SETTLED = timedelta(minutes=2)
_NO_SCHEDULES = (RPCStatusCode.UNIMPLEMENTED, RPCStatusCode.PERMISSION_DENIED)
_log = structlog.get_logger()


@dataclass
class BooksWatch:
    """Compares the books with what was in them before; stops every channel when it is gone."""

    client: Client
    ledger: Ledger
    seen: Newest | None = None

    async def begin(self, now: Callable[[], datetime]) -> None:
        """Look for the first time, however long engine or books keep us waiting."""
        for _ in count():
            if await self._tried(self.look(now())):
                return
            await asyncio.sleep(AWAY.total_seconds())

    async def run(self, now: Callable[[], datetime]) -> None:
        """Look until cancelled, whatever is away meanwhile."""
        for glance in count(1):
            await asyncio.sleep(GLANCE.total_seconds())
            is_whole = glance % _GLANCES == 0
            await self._tried(self.look(now()) if is_whole else self._glance(now()))

    async def look(self, now: datetime) -> bool:
        """Compare with what the engine remembers, and let it remember what there is now.

        Answers whether the books are of an earlier hour and were stopped for it. Raises RPCError.
        """
        kept = await self._remembered()
        known = [one for one in (kept, self.seen) if one]
        found = [await asyncio.to_thread(self._compare, one, now) for one in known]
        self.seen = await asyncio.to_thread(self._newest, now)
        if self.seen and self.seen != kept:
            await self._remember(self.seen)
        return any(found)

    async def _glance(self, now: datetime) -> bool:
        seen = self.seen
        return seen is not None and await asyncio.to_thread(self._compare, seen, now)

    @staticmethod
    async def _tried(looking: Awaitable[bool]) -> bool:
        try:
            await looking
        except (RPCError, OperationalError) as error:
            _log.warning("books_not_compared", error=type(error).__name__)
            return False
        return True

    def _compare(self, known: Newest, now: datetime) -> bool:
        with self.ledger.reading() as books:
            if not are_behind(books.connection, known) or was_marked_since(books, known.at):
                return False

        def stop(books: Books) -> None:
            mark_restored(books, DUNCAN, now, WHY)

        self.ledger.transact(stop, durable=True)
        _log.error("books_of_an_earlier_hour", why=WHY)
        return True

    def _newest(self, now: datetime) -> Newest | None:
        with self.ledger.reading() as books:
            return newest_fact(books.connection, now - _SETTLED)

    async def _remembered(self) -> Newest | None:
        """What the engine's note says; None without one, or where there are no schedules for us."""
        try:
            described = await self.client.get_schedule_handle(MEMORY).describe()
        except RPCError as error:
            if error.status in (RPCStatusCode.NOT_FOUND, *_NO_SCHEDULES):
                return None
            raise
        return _read(described.schedule.state.note or "")

    async def _remember(self, newest: Newest) -> None:
        wanted = _schedule(newest)
        try:
            await self.client.create_schedule(MEMORY, wanted)
        except ScheduleAlreadyRunningError:

            def renewed(_: ScheduleUpdateInput) -> ScheduleUpdate:
                return ScheduleUpdate(wanted)

            await self.client.get_schedule_handle(MEMORY).update(renewed)
        except RPCError as error:
            if error.status not in _NO_SCHEDULES:
                raise


def _schedule(newest: Newest) -> Schedule:
    note = json.dumps([newest.books, newest.place, newest.hash, newest.at.isoformat()])
    return Schedule(
        action=ScheduleActionStartWorkflow(
            UPKEEP_WORKFLOW, "nothing", id=MEMORY, task_queue=UPKEEP_QUEUE
        ),
        spec=ScheduleSpec(),
        state=ScheduleState(note=note, paused=True),
    )


def _read(note: str) -> Newest | None:
    try:
        books, place, digest, at = json.loads(note)
        return Newest(str(books), int(place), str(digest), datetime.fromisoformat(at))
    except (TypeError, ValueError):
        return None
