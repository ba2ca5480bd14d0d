"""The pulse of the desk: however many pages are open, the books are asked once in a while."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from console.navigation import Counts
from ledger.desk_news import LOOKED_AT_AGAIN, News, newest_number, news_since
from ledger.ledger import Ledger

# Several facts within this time are one question of each page.
PULSE_SECONDS = 0.5


@dataclass(frozen=True)
class Beat:
    """What was new at one look; `news` is None when that is too much, so that it concerns all.

    `waits` is how much waits on each page that the head leads to.
    """

    count: int
    newest: int
    news: tuple[News, ...] | None
    waits: Mapping[str, int]


@dataclass
class Pulse:
    """Beats as long as somebody waits for the next one, and for everybody at once."""

    ledger: Ledger
    counts: Counts
    last: Beat = Beat(0, 0, None, {})
    _known: deque[int] = field(default_factory=lambda: deque(maxlen=4 * LOOKED_AT_AGAIN))
    _coming: asyncio.Task[Beat] | None = None

    async def now(self) -> Beat:
        """The latest beat; what was new before the first one is nobody's news."""
        if not self.last.count:
            self.last = await asyncio.to_thread(self._begin)
        return self.last

    async def following(self) -> Beat:
        """The next beat, the same for everybody who waits."""
        if self._coming is None or self._coming.done():
            self._coming = asyncio.create_task(self._beat())
        return await asyncio.shield(self._coming)

    async def _beat(self) -> Beat:
        await asyncio.sleep(PULSE_SECONDS)
        self.last = await asyncio.to_thread(self._look, self.last)
        return self.last

    def _begin(self) -> Beat:
        with self.ledger.reading() as books:
            newest = newest_number(books.connection)
            self._known.extend(one.number for one in news_since(books.connection, newest, ()) or ())
        return Beat(1, newest, None, self.counts.of(self.ledger))

    def _look(self, last: Beat) -> Beat:
        with self.ledger.reading() as books:
            news = news_since(books.connection, last.newest, set(self._known))
            newest = newest_number(books.connection) if news is None else last.newest
        newest = max([newest, *(one.number for one in news or ())])
        self._known.extend(one.number for one in news or ())
        told = None if news is None else tuple(news)
        return Beat(last.count + 1, newest, told, self.counts.of(self.ledger))
