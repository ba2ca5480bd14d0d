"""A storm: many touches due at one moment, beside bare workflows with a timer and an activity."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from itertools import count, islice
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from activities.clock import EngineClock
from bench import bare
from bench.figures import Figure, ratio
from bench.ledgers import invoice_rows, meet, record
from bench.site import Site
from commands.sending.relay import relay_of
from dunning.business_days import SendingWindow
from dunning.situation import contact_slot
from ledger.doorbells import ring
from ledger.tables import MessageRow, table
from worker import Wiring, running

AIM = 0.8
MESSAGE = table(MessageRow)
# A Tuesday on which the courtesy note of what is due on Sunday goes out, at the hour's beginning.
ISSUED, DUE = date(2026, 2, 6), date(2026, 3, 8)
MOMENT = datetime(2026, 3, 3, 10, tzinfo=ZoneInfo("Europe/London"))
WINDOW = SendingWindow(clock_time(10), clock_time(11))
# The part of all customers whose place in that window is its first minute.
FIRST_MINUTE = 1 / 60
LOOK = 0.1
# Longer than any storm of the sizes this is meant for.
PATIENCE = timedelta(minutes=15)


@dataclass(frozen=True)
class Storm:
    """How one storm is made; `awake` cases have planned and sleep on a timer when it breaks."""

    name: str
    touches: int
    awake: bool

    @property
    def get_ready(self) -> timedelta:
        """How far ahead the moment lies, so that a slow machine has enrolled everybody by then."""
        return timedelta(seconds=5 + self.touches * (0.04 if self.awake else 0.015))


async def storm(site: Site, touches: int, rounds: int) -> list[Figure]:
    """Touches a second once all are due, as a share of bare timers with a no-op activity.

    Sleeping cases are met on their timer, as all touches but the first are. What is still in its
    start delay has to be begun first, which costs the engine more, however little it does: first
    touches are told beside bare workflows in their start delay, too.
    """
    rates: dict[tuple[bool, bool], list[float]] = defaultdict(list)
    for number in range(rounds):
        for awake in (True, False):
            kind = "asleep" if awake else "delayed"
            bare_one = Storm(f"{number}-bare-{kind}", touches, awake)
            rates[False, awake].append(await _bare_storm(site, bare_one))
            one = Storm(f"{number}-{kind}", touches, awake)
            rates[True, awake].append(await _our_storm(site, one))
    sleeping, first = rates[True, True], rates[True, False]
    return [
        ratio("storm, touches of sleeping cases", sleeping, rates[False, True], AIM),
        ratio("storm, first touches", first, rates[False, True], AIM),
        ratio("storm, first touches beside bare start delays", first, rates[False, False], AIM),
    ]


async def _bare_storm(site: Site, one: Storm) -> float:
    due = datetime.now(UTC) + one.get_ready
    ids = [f"bare-{one.name}-{number}" for number in range(one.touches)]
    async with bare.working(site.client, site.settings.send_threads) as nothing:
        delay = timedelta(0) if one.awake else due - datetime.now(UTC)
        await bare.start(site.client, ids, due, delay)
        return one.touches / await _seconds_until(due, lambda: nothing.done >= one.touches)


async def _our_storm(site: Site, one: Storm) -> float:
    due = datetime.now(UTC) + one.get_ready
    wiring = _played(site.wiring, due)
    async with running(site.client, wiring, site.settings, limited=False):
        before = _sent(wiring)
        relay = relay_of(wiring, site.client)
        invoices = await asyncio.to_thread(_enrol, wiring, one)
        await relay.answer_all(datetime.now(UTC))
        if one.awake:
            # Any further change wakes a case: it plans at once and then sleeps on a timer.
            wiring.ledger.transact(lambda books: ring(books.connection, invoices, opening=False))
            await relay.answer_all(datetime.now(UTC))
        assert datetime.now(UTC) < due, "the storm must not break before everybody is enrolled"
        return one.touches / await _seconds_until(
            due, lambda: _sent(wiring) - before >= one.touches
        )


def _played(wiring: Wiring, due: datetime) -> Wiring:
    """The same rooms with a clock that shows the books MOMENT when the engine's shows `due`."""
    policies = wiring.planner.policies
    narrow = {
        name: replace(policy, windows={**policy.windows, "email": WINDOW})
        for name, policy in policies.policies.items()
    }
    planner = wiring.planner.under(replace(policies, policies=narrow))
    return replace(wiring, planner=planner, clock=EngineClock(ahead=due - MOMENT))


def _enrol(wiring: Wiring, one: Storm) -> list[str]:
    known = wiring.clock.books_time(datetime.now(UTC))
    owed = [(f"{c}-1", c) for c in islice(_early_customers(f"S{one.name}"), one.touches)]
    meet(wiring.ledger, [customer for _, customer in owed], known)
    record(wiring.ledger, invoice_rows(owed, ISSUED, DUE), known)
    return [invoice for invoice, _ in owed]


def _early_customers(prefix: str) -> Iterator[str]:
    named = (f"{prefix}-{number}" for number in count())
    return (customer for customer in named if contact_slot(customer) < FIRST_MINUTE)


def _sent(wiring: Wiring) -> int:
    with wiring.ledger.reading() as books:
        query = select(func.count()).where(MESSAGE.c.state == "sent")
        return int(books.connection.execute(query).scalar_one())


async def _seconds_until(due: datetime, is_over: Callable[[], bool]) -> float:
    await asyncio.sleep((due - datetime.now(UTC)).total_seconds())
    began = time.perf_counter()
    while not await asyncio.to_thread(is_over):
        assert time.perf_counter() - began < PATIENCE.total_seconds(), "the storm does not end"
        await asyncio.sleep(LOOK)
    return time.perf_counter() - began
