"""Enrolment: from a file of invoices to a workflow for each, beside starting bare workflows."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import bare
from bench.figures import Figure, ratio
from bench.ledgers import import_file, invoice_rows, meet, write_invoices
from bench.site import Site
from commands.sending.relay import relay_of

AIM = 0.9
INVOICES_EACH = 5
LOOK = 0.01
# Nothing comes due while it is measured.
NOT_YET = timedelta(days=30)


async def enrolment(site: Site, invoices: int, rounds: int) -> Figure:
    """Invoices imported and enrolled a second, as a share of bare workflows started a second.

    Both start with a delay, as Duncan starts what is not due; the two take turns. The relay works
    while the file is taken in, as it does wherever a worker runs.
    """
    bare_rates, our_rates = [], []
    await _bare_starts(site, "warm-up", AT_FIRST)
    await _enrolments(site, "warm-up", AT_FIRST)
    for number in range(rounds):
        bare_rates.append(await _bare_starts(site, f"round-{number}", invoices))
        our_rates.append(await _enrolments(site, f"round-{number}", invoices))
    return ratio("enrolment, invoices", our_rates, bare_rates, AIM)


# Connections, calendars and compiled statements exist before the first round.
AT_FIRST = 100


async def _bare_starts(site: Site, name: str, count: int) -> float:
    ids = [f"bare-start-{name}-{number}" for number in range(count)]
    began = time.perf_counter()
    await bare.start(site.client, ids, datetime.now(UTC) + NOT_YET, NOT_YET)
    return count / (time.perf_counter() - began)


async def _enrolments(site: Site, name: str, count: int) -> float:
    ledger, now = site.wiring.ledger, datetime.now(UTC)
    today = now.date()
    file = site.settings.home / f"{name}.csv"
    owed = [(f"E-{name}-{n}", f"E-{name}-C{n // INVOICES_EACH}") for n in range(count)]
    write_invoices(file, invoice_rows(owed, today, today + NOT_YET))
    await asyncio.to_thread(meet, ledger, dict.fromkeys(c for _, c in owed), now)
    relay = relay_of(site.wiring, site.client)
    await relay.answer_all(now)
    began, answered = time.perf_counter(), 0
    async with asyncio.TaskGroup() as group:
        taking_in = group.create_task(asyncio.to_thread(import_file, ledger, Path(file), now))
        while answered < count:
            answered += await relay.answer(now)
            await asyncio.sleep(LOOK)
    seconds = time.perf_counter() - began
    assert taking_in.result() == answered == count, "every invoice is new and rings once"
    return count / seconds
