"""The desk in a process of its own, and what that process uses."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from bench.copies import AFTER_ALL
from console.app import create_app
from console.desk import Parts
from console.serving import serve_console
from console.webhooks.keys import WebhookKeys
from engine import keep_engine_quiet
from serving import webhook_keys
from settings import Settings
from worker import utc_now, wire

_START_SECONDS = 300
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Served:
    """Where the desk listens, and which process it is."""

    port: int
    process: int

    def processor_seconds(self) -> float:
        """What the process used so far."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def megabytes_at_most(self) -> float:
        """The most memory it ever had."""
        status = Path(f"/proc/{self.process}/status").read_text().splitlines()
        found = next(line for line in status if line.startswith("VmHWM"))
        return int(found.split()[1]) / 1024


@contextmanager
def served(settings: Settings, *, at_its_time: bool = False) -> Iterator[Served]:
    """Serve the desk over these books until the block ends.

    Its clock stands at the end of copied books, or shows the time.
    """
    context = get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(settings, theirs, at_its_time), daemon=True)
    process.start()
    # Held here as well, it would hide that the process has ended.
    theirs.close()
    try:
        assert mine.poll(_START_SECONDS), "the desk does not start"
        assert process.pid is not None, "it was started"
        yield Served(mine.recv(), process.pid)
    finally:
        process.terminate()
        process.join()


def _serve(settings: Settings, told: Connection, at_its_time: bool) -> None:  # noqa: FBT001 - a process's argument
    keep_engine_quiet()
    wiring = wire(settings)
    parts = Parts(wiring.ledger, wiring.planner, settings.outbox_folder, "bench", settings=settings)
    now = utc_now if at_its_time else lambda: AFTER_ALL
    app = create_app(parts, now, webhooks=WebhookKeys(**webhook_keys(settings)))
    ready: Callable[[str], None] = lambda address: told.send(int(address.rpartition(":")[2]))  # noqa: E731 - a name for its type
    asyncio.run(serve_console(app, port=0, ready=ready))
