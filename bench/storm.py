"""A storm: many touches due at one moment, beside bare workflows with a timer and an activity."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from itertools import count, islice
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from activities.clock import EngineClock
from bench import bare, empty
from bench.at_rest import at_rest
from bench.figures import Figure, ratio
from bench.ledgers import invoice_rows, meet, record
from bench.processor import engine_process, used_by, used_here
from bench.site import Site
from commands.sending.relay import relay_of
from dunning.business_days import SendingWindow
from dunning.situation import contact_slot
from ledger.doorbells import ring
from ledger.tables import MessageRow, table
from worker import Wiring, running
from workflows.contract import workflow_id

AIM = 0.8
MESSAGE = table(MessageRow)
# A Tuesday on which the courtesy note of what is due on Sunday goes out, at the hour's beginning.
ISSUED, DUE = date(2026, 2, 6), date(2026, 3, 8)
MOMENT = datetime(2026, 3, 3, 10, tzinfo=ZoneInfo("Europe/London"))
WINDOW = SendingWindow(clock_time(10), clock_time(11))
# The part of all customers whose place in that window is its first minute.
FIRST_MINUTE = 1 / 60
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


@dataclass(frozen=True)
class Weathered:
    """How a storm went: touches a second, and what each took, in milliseconds of processor."""

    rate: float
    worker_ms: float
    engine_ms: float


async def storm(site: Site, touches: int, rounds: int) -> list[Figure]:
    """Touches a second once all are due, as a share of bare timers with a no-op activity.

    It is over when every case sleeps until its next step and every bare workflow has ended: when
    the last bare activity is done, half of what they ask of engine and worker is still to come.
    Sleeping cases are met on their timer, as all touches but the first are. What is still in its
    start delay has to be begun first, which costs the engine more, however little it does: first
    touches are told beside bare workflows in their start delay, too. And cases whose touches do
    nothing show what engine and SDK take of each touch.
    """
    seen: dict[tuple[str, bool], list[Weathered]] = defaultdict(list)
    for number in range(rounds):
        for awake in (True, False):
            kind = "asleep" if awake else "delayed"
            bare_one = Storm(f"{number}-bare-{kind}", touches, awake)
            seen["bare", awake].append(await _bare_storm(site, bare_one))
            one = Storm(f"{number}-{kind}", touches, awake)
            seen["ours", awake].append(await _our_storm(site, one))
        nothing = Storm(f"{number}-nothing", touches, awake=True)
        seen["nothing", True].append(await _empty_storm(site, nothing))
    timers, delays = seen["bare", True], seen["bare", False]
    return [
        _beside("storm, touches of sleeping cases", seen["ours", True], timers),
        _beside("storm, touches of sleeping cases, doing nothing", seen["nothing", True], timers),
        _beside("storm, first touches", seen["ours", False], timers),
        _beside("storm, first touches beside bare start delays", seen["ours", False], delays),
    ]


def _beside(name: str, ours: Sequence[Weathered], bare: Sequence[Weathered]) -> Figure:
    figure = ratio(name, [one.rate for one in ours], [one.rate for one in bare], AIM)
    told = {"ms_of_processor_a_touch": ours, "ms_bare": bare}
    used = {
        spoken: f"{median(one.worker_ms for one in rounds):.1f}"
        f" + {median(one.engine_ms for one in rounds):.1f} (engine)"
        for spoken, rounds in told.items()
    }
    return replace(figure, details={**figure.details, **used})


async def _bare_storm(site: Site, one: Storm) -> Weathered:
    due = datetime.now(UTC) + one.get_ready
    ids = [f"bare-{one.name}-{number}" for number in range(one.touches)]
    async with bare.working(site.client, site.settings.send_threads) as nothing:
        delay = timedelta(0) if one.awake else due - datetime.now(UTC)
        await bare.start(site.client, ids, due, delay)
        seen = await _weathered(site, due, ids)
    assert nothing.done == one.touches, "each has done nothing once"
    return seen


async def _empty_storm(site: Site, one: Storm) -> Weathered:
    due = datetime.now(UTC) + one.get_ready
    ids = [f"{one.name}-{number}" for number in range(one.touches)]
    async with empty.working(site.client, site.settings.send_threads) as nothing:
        await empty.start(site.client, ids, due)
        seen = await _weathered(site, due, ids)
    assert nothing.done == one.touches, "each has done nothing once"
    return seen


async def _our_storm(site: Site, one: Storm) -> Weathered:
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
        ids = [workflow_id(invoice) for invoice in invoices]
        seen = await _weathered(site, due, ids)
    assert _sent(wiring) - before == one.touches, "each was sent once"
    return seen


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


async def _weathered(site: Site, due: datetime, workflows: Sequence[str]) -> Weathered:
    engine, touches = engine_process(), len(workflows)
    await asyncio.sleep((due - datetime.now(UTC)).total_seconds())
    worker_before, engine_before = used_here(), used_by(engine)
    async with asyncio.timeout(PATIENCE.total_seconds()):
        ended = await at_rest(site.client, workflows, due, engine)
    used = (used_here() - worker_before, used_by(engine) - engine_before)
    rate = touches / (ended - due).total_seconds()
    return Weathered(rate, *(each / touches * 1000 for each in used))
