"""What goes wrong, at random moments: each trouble strikes, lasts a while, and is mended."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import httpx

from chaos.place import now
from chaos.servers import Server
from commands import printing
from commands.doctor.webhooks import EVENTS
from fakes import faults
from fakes.fake_providers import FakeProviders
from fakes.faults import Fault, When
from fakes.posting import Manner
from tests.servers.postgres_server import PostgresServer

_PAUSE_SECONDS = (4.0, 12.0)
# A frozen process outlives what its work is waited for; see workflows/asking.py.
_FROZEN_SECONDS = (3.0, 45.0)
_AWAY_SECONDS = (0.5, 6.0)
_CLOCK_SECONDS = 120.0
_STORM_POSTS = 40
_STALL_SECONDS = 20.0
_HEALTHY_SECONDS = 60
_LOG_END = 1500
_UNSIGNED_SHARE = 0.2
# Before the message is taken over, or after it, when only the answer is lost.
_FAULTS: tuple[tuple[Fault, When], ...] = (
    (faults.answers(500), "before"),
    (faults.answers(500), "after"),
    (faults.too_many(retry_after=2), "before"),
    (faults.resets(), "before"),
    (faults.resets(), "after"),
    (faults.hangs_up(), "after"),
    (faults.stalls(_STALL_SECONDS), "before"),
    (faults.talks_nonsense(), "after"),
)


Strike = Callable[[], Coroutine[Any, Any, None]]


@dataclass
class Targets:
    """What can be hit."""

    workers: Sequence[Server]
    desk: Server
    temporal: Server
    books: PostgresServer
    fake: FakeProviders
    desk_url: str
    books_busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def duncan(self) -> list[Server]:
        """Duncan's own processes."""
        return [*self.workers, self.desk]


@dataclass
class Troubles:
    """Strikes by the seed's dice; `struck` counts what happened."""

    targets: Targets
    random: Random
    struck: Counter[str] = field(default_factory=Counter)

    async def run(self, end: datetime) -> None:
        """Strike again and again until then; troubles may overlap, but not on one process.

        Answers when the last one is over.
        """
        kinds: list[tuple[str, Strike]] = [
            ("worker killed", self._kill_worker),
            ("worker killed", self._kill_worker),
            ("worker frozen", self._freeze_worker),
            ("desk killed", self._kill_desk),
            ("database crashed", self._crash_books),
            ("disk full", self._fill_disk),
            ("Temporal killed", self._kill_temporal),
            ("clock moved", self._move_clock),
            ("provider fails", self._fail_provider),
            ("provider fails", self._fail_provider),
            ("webhook storm", self._storm),
        ]
        # Every kind comes before any comes again.
        drawn: list[tuple[str, Strike]] = []
        async with asyncio.TaskGroup() as group:
            while now() < end:
                await asyncio.sleep(self.random.uniform(*_PAUSE_SECONDS))
                if not drawn:
                    drawn = self.random.sample(kinds, len(kinds))
                name, strike = drawn.pop()
                printing.err.print(f"{name} …", markup=False)
                self.struck[name] += 1
                group.create_task(strike())

    async def mend_all(self) -> None:
        """Let everything run and nothing go wrong any more."""
        targets = self.targets
        targets.fake.providers.faults.forget()
        if targets.books.process is None or targets.books.process.poll() is not None:
            await asyncio.to_thread(targets.books.start)
        for server in (targets.temporal, *targets.duncan):
            server.thaw()
            server.set_clock(0)
            if not server.alive:
                server.start()

    async def _kill_worker(self) -> None:
        await self._killed(self.random.choice(self.targets.workers))

    async def _kill_desk(self) -> None:
        await self._killed(self.targets.desk)

    async def _kill_temporal(self) -> None:
        await self._killed(self.targets.temporal)

    async def _killed(self, server: Server) -> None:
        away = self.random.uniform(*_AWAY_SECONDS)
        async with server.busy:
            server.kill()
            await asyncio.sleep(away)
            server.start()

    async def _freeze_worker(self) -> None:
        server, seconds = self.random.choice(self.targets.workers), self._between(_FROZEN_SECONDS)
        async with server.busy:
            server.freeze()
            try:
                await asyncio.sleep(seconds)
            finally:
                server.thaw()

    async def _crash_books(self) -> None:
        away = self._between(_AWAY_SECONDS)
        async with self.targets.books_busy:
            await asyncio.to_thread(self.targets.books.crash)
            await asyncio.sleep(away)
            await asyncio.to_thread(self.targets.books.start)

    async def _fill_disk(self) -> None:
        full = self._between(_AWAY_SECONDS)
        async with self.targets.books_busy:
            await asyncio.to_thread(self.targets.books.fill_disk)
            await asyncio.sleep(full)
            await asyncio.to_thread(self.targets.books.crash)
            await asyncio.to_thread(self.targets.books.start)

    async def _move_clock(self) -> None:
        server = self.random.choice(self.targets.duncan)
        fast = self.random.uniform(-_CLOCK_SECONDS, _CLOCK_SECONDS)
        async with server.busy:
            server.set_clock(fast)
            await asyncio.sleep(self._between(_FROZEN_SECONDS))
            server.set_clock(0)

    async def _fail_provider(self) -> None:
        fault, when = self.random.choice(_FAULTS)
        self.targets.fake.fault(fault, when=when, times=self.random.randint(1, 6))

    async def _storm(self) -> None:
        """Old events again, doubled, out of order, and some that nobody signed."""
        mails = [one for one in self.targets.fake.sent if one.channel == "email"]
        some = self.random.sample(mails, min(len(mails), _STORM_POSTS))
        url = f"{self.targets.desk_url}{EVENTS}"
        for one in some:
            batch = [self.targets.fake.event(one, kind) for kind in ("delivered", "processed")]
            manner = Manner(
                duplicated=True, reordered=True, unsigned=self.random.random() < _UNSIGNED_SHARE
            )
            await asyncio.to_thread(self.targets.fake.deliver_events, url, batch, manner)

    def _between(self, seconds: tuple[float, float]) -> float:
        return self.random.uniform(*seconds)


async def until_healthy(desk_url: str, log: Path | None = None) -> None:
    """Wait until the desk says that books and Temporal can be reached.

    Raises AssertionError, with the end of its log, when it does not.
    """
    async with httpx.AsyncClient() as client:
        for _ in range(_HEALTHY_SECONDS * 4):
            with suppress(httpx.HTTPError):
                if (await client.get(f"{desk_url}/health", timeout=5)).is_success:
                    return
            await asyncio.sleep(0.5)
    told = await asyncio.to_thread(log.read_text, errors="replace") if log else ""
    raise AssertionError(f"the desk does not become healthy\n{told[-_LOG_END:]}")
