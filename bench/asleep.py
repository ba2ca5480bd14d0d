"""Sleeping cases: how much the worker's memory grows with every open case that is not due."""

from __future__ import annotations

import asyncio
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.figures import Figure
from bench.ledgers import invoice_rows, meet, record
from bench.site import Site, fresh_settings
from commands.sending.working import serve
from engine import connect
from ledger.doorbells import count
from worker import wire

# An open case may not cost the worker anything; a page of memory here and there is noise.
AIM_KB = 0.1
INVOICES_EACH = 5
NOT_YET = timedelta(days=60)
LOOK = 0.2
SETTLE = 1.5


async def asleep(site: Site, cases: int) -> Figure:
    """Resident kilobytes the worker's process grows by with each case enrolled and not due.

    The worker has enrolled some before it is measured, so that its caches are filled.
    """
    async with at_work(site) as worker:
        await enrol(site, "first", min(cases, 1000))
        before = await resident_kb(worker.pid)
        await enrol(site, "more", cases)
        after = await resident_kb(worker.pid)
    details = {"cases": cases, "mb_before": round(before / 1024, 1)}
    details["mb_after"] = round(after / 1024, 1)
    grown = max(0, after - before) / cases
    return Figure(
        "worker memory, open case asleep", grown, AIM_KB, "KB", at_most=True, details=details
    )


async def work(home: Path, port: int) -> None:
    """The worker's own process: as `duncan worker` runs it, relay included."""
    settings = fresh_settings(home, port)
    await serve(await connect(settings), wire(settings), settings)


@asynccontextmanager
async def at_work(site: Site) -> AsyncIterator[Process]:
    """A worker's process until the block ends."""
    settings = site.settings
    command = [sys.executable, "-m", "bench.asleep", str(settings.home), str(settings.engine_port)]
    # What a worker writes goes nowhere: a pipe that nobody empties would stop it.
    worker = await asyncio.create_subprocess_exec(*command, stdout=DEVNULL, stderr=DEVNULL)
    try:
        yield worker
    finally:
        worker.kill()
        await worker.wait()


async def enrol(site: Site, name: str, cases: int) -> None:
    """Record so many invoices that are not due, and wait until each has its workflow."""
    ledger, now = site.wiring.ledger, datetime.now(UTC)
    today = now.date()
    owed = [(f"A-{name}-{n}", f"A-{name}-C{n // INVOICES_EACH}") for n in range(cases)]
    await asyncio.to_thread(meet, ledger, dict.fromkeys(c for _, c in owed), now)
    await asyncio.to_thread(record, ledger, invoice_rows(owed, today, today + NOT_YET), now)
    await asyncio.to_thread(_until_enrolled, site)
    await asyncio.sleep(SETTLE)


def _until_enrolled(site: Site) -> None:
    while _waiting(site):
        time.sleep(LOOK)


def _waiting(site: Site) -> int:
    with site.wiring.ledger.reading() as books:
        return count(books.connection)


async def resident_kb(pid: int) -> int:
    """What the process holds in memory."""
    asked = await asyncio.create_subprocess_exec(
        "ps", "-o", "rss=", "-p", str(pid), stdout=asyncio.subprocess.PIPE
    )
    answer, _ = await asked.communicate()
    return int(answer)


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1]), int(sys.argv[2])))
