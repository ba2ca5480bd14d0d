"""The working process: follows cases, answers doorbells and reads what comes in, until stopped."""

from __future__ import annotations

import asyncio

import structlog
from temporalio.client import Client
from temporalio.runtime import Runtime
from temporalio.service import RPCError

from activities.gateways.event_post import EventPoster
from commands.mailroom.arrivals import mailroom_of
from commands.mailroom.imap_mailbox import mailbox_readers
from commands.observing.meters import Meters
from commands.restoring.noticing import BooksWatch
from commands.sending.relay import AWAY, relay_of
from commands.upkeep.jobs import UPKEEP, jobs_of
from commands.upkeep.schedules import keep_schedules, our_zone
from commands.webhooks.delivering import Delivering
from settings import Settings
from worker import Wiring, running, utc_now

_log = structlog.get_logger()


async def serve(client: Client, wiring: Wiring, settings: Settings) -> None:
    """Work until cancelled: follow cases, send, answer doorbells, handle what comes in."""
    relay, mailroom = relay_of(wiring, client), mailroom_of(wiring)
    books_watch = BooksWatch(client, wiring.ledger)
    # Before anything can be sent: the books may have been put back while nobody worked.
    await books_watch.begin(utc_now)
    async with running(client, wiring, settings, jobs=jobs_of(wiring, settings)):
        beside = [one.run(utc_now) for one in mailbox_readers(wiring.ledger, settings)]
        beside += [_schedule(client, wiring), books_watch.run(utc_now)]
        poster = EventPoster(settings.webhooks_private)
        beside.append(Delivering(wiring.ledger, poster).run(utc_now))
        if settings.metrics_address:
            beside.append(Meters(wiring.ledger, Runtime.default().metric_meter).run(utc_now))
        await asyncio.gather(relay.run(utc_now), mailroom.run(utc_now), *beside)


async def _schedule(client: Client, wiring: Wiring) -> None:
    """Bring the engine's schedules in line with the list of jobs, as soon as it lets us."""
    while True:
        try:
            await keep_schedules(client, our_zone(wiring.planner, utc_now()), UPKEEP)
        except RPCError as error:
            _log.warning("schedules_wait", error=type(error).__name__)
            await asyncio.sleep(AWAY.total_seconds())
        else:
            return
