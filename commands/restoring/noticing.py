"""Books of an earlier hour that nobody marked, and other books, noticed by the engine's memory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

import structlog
from sqlalchemy.exc import OperationalError
from temporalio.client import Client
from temporalio.service import RPCError

from commands.restoring.marking import mark_restored, was_marked_since
from commands.restoring.memory import recall, refuse_others, remember
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.newest import Newest, are_behind, newest_fact

WHY = "the engine remembers facts that the books do not have: they are of an earlier hour"
DUNCAN = "duncan"
# A process looks so often by what it saw itself, and so often by what the engine remembers.
GLANCE, LOOK = timedelta(seconds=1), timedelta(minutes=1)
_GLANCES = LOOK // GLANCE
AWAY = timedelta(seconds=5)
# A power failure may take facts back that are newer and no claims.
_SETTLED = timedelta(minutes=2)
_log = structlog.get_logger()


@dataclass
class BooksWatch:
    """Compares the books with what was in them before; stops every channel when it is gone."""

    client: Client
    ledger: Ledger
    seen: Newest | None = None

    async def begin(self, now: Callable[[], datetime]) -> None:
        """Look for the first time, however long engine or books keep us waiting.

        Raises NotAllowed, like every later look, where the namespace belongs to other books.
        """
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

        Answers whether the books are of an earlier hour and were stopped for it. Raises RPCError,
        and NotAllowed where the engine works for other books.
        """
        kept = await recall(self.client)
        await refuse_others(self.client, self.ledger, kept)
        known = [one for one in (kept, self.seen) if one]
        found = [await asyncio.to_thread(self._compare, one, now) for one in known]
        self.seen = await asyncio.to_thread(self._newest, now)
        if self.seen and self.seen != kept:
            await remember(self.client, self.seen)
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
