"""A rehearsal: a period played fast through the real workflows, activities and templates."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from zoneinfo import ZoneInfo

from activities.clock import EngineClock
from commands.cases.actions import Actions
from commands.imports import take_in
from commands.imports.credit_notes import owed
from commands.rehearsal.engine_time import sleep_until
from commands.rehearsal.engine_use import EngineUse, engine_use
from commands.rehearsal.replies import take_replies
from commands.rehearsal.script import Scene, Script, scenes
from commands.rehearsal.statement_runs import StatementRuns, statement_jobs
from commands.sending.relay import relay_of
from dunning.experiment_facts import ExperimentFact
from dunning.may import NotAllowed
from engine import start_rehearsal_engine
from intake.credit_notes import OwedRow
from intake.events import EventRow
from ledger.disputes import followed_disputes
from ledger.experiments import EXPERIMENT_STREAM
from settings import Settings
from worker import Wiring, running, wire

A_WEEK = timedelta(weeks=1)
A_DAY = timedelta(days=1)
BY = "import"

Progress = Callable[[date], None]


@dataclass(frozen=True)
class Played:
    """What a rehearsal left behind: its books, the engine's work, and refused events."""

    wiring: Wiring
    engine: EngineUse
    refused_events: tuple[tuple[EventRow, str], ...]
    # The moment up to which it was played.
    ended: datetime


@dataclass(frozen=True)
class Stage:
    """Where a rehearsal is played: fresh books in `settings.home`, one policy for all or "".

    It ends with the script, or earlier at `until`.
    """

    settings: Settings
    policy: str = ""
    until: datetime | None = None
    # The experiments that run; an invoice takes part when it comes in on their days.
    experiments: tuple[ExperimentFact, ...] = ()


async def rehearse(script: Script, stage: Stage, progress: Progress) -> Played:
    """Play the script.

    The engine's clock starts now and only runs forward, so the input's dates are moved onto it
    by whole weeks; books, letters and report keep the input's own dates.
    """
    began = time.monotonic()
    async with await start_rehearsal_engine() as engine:
        wiring = _wired(stage, await engine.get_current_time(), script)
        runs = StatementRuns(engine, wiring, _opening(script))
        refused: list[tuple[EventRow, str]] = []
        jobs = statement_jobs(wiring, stage.settings)
        async with running(engine.client, wiring, stage.settings, limited=False, jobs=jobs):
            async for unmet in _play(script, runs, progress):
                refused += unmet
            end = datetime.combine(script.last + A_DAY, clock_time(0), ZoneInfo("Etc/GMT+12"))
            end = min(end, stage.until) if stage.until else end
            await runs.until(end)
            await sleep_until(engine, end + wiring.clock.ahead)
        with wiring.ledger.reading() as books:
            disputes = followed_disputes(books.connection)
        invoices = [row.invoice for row in script.invoices]
        use = await engine_use(engine.client, invoices, disputes)
    return Played(wiring, replace(use, seconds=time.monotonic() - began), tuple(refused), end)


def _wired(stage: Stage, engine_now: datetime, script: Script) -> Wiring:
    wiring = wire(stage.settings)
    policies = wiring.planner.policies
    planner = wiring.planner.under(policies.only(stage.policy)) if stage.policy else wiring.planner
    # Experiments vary whatever policy is in force.
    planner = replace(planner, watch=None, experiments=wiring.planner.experiments)
    if stage.experiments:
        told = stage.experiments
        wiring.ledger.transact(lambda books: books.append(EXPERIMENT_STREAM, *told))
    wiring = replace(wiring, planner=planner)
    weeks = math.ceil((engine_now - _opening(script)) / A_WEEK)
    return replace(wiring, clock=EngineClock(ahead=weeks * A_WEEK))


def _opening(script: Script) -> datetime:
    """Before the first day has begun anywhere."""
    return datetime.combine(script.first - A_DAY, clock_time(0), UTC)


async def _play(
    script: Script, runs: StatementRuns, progress: Progress
) -> AsyncIterator[list[tuple[EventRow, str]]]:
    """Tell the script day by day; yields the events the rules refused."""
    engine, wiring = runs.engine, runs.wiring
    relay = relay_of(wiring, engine.client)
    zone_of = await asyncio.to_thread(_meet_customers, script, wiring)
    for moment, scene in scenes(script, zone_of):
        await runs.until(moment)
        await sleep_until(engine, moment + wiring.clock.ahead)
        runs.told(scene)
        yield await asyncio.to_thread(_record, scene, wiring, moment)
        await relay.answer_all(moment + wiring.clock.ahead)
        progress(moment.date())


def _meet_customers(script: Script, wiring: Wiring) -> Callable[[str], str]:
    """Record the customers before the first day; the answer tells where each of them lives."""
    before = datetime.combine(script.first - A_DAY, clock_time(12), UTC)
    batch = take_in.customers(before, BY)
    for _ in take_in.take_in(wiring.ledger, script.customers, batch, take_in.Taken()):
        pass
    zones: dict[str, str] = {}
    with wiring.ledger.reading() as books:
        for customer in {"", *(row.customer for row in script.invoices)}:
            met = books.customer(customer)
            entity = wiring.planner.policies.entity(met.entity)
            calendar = wiring.planner.calendars.calendar_for(met, entity, script.first.year)
            zones[customer] = calendar.zone
    return lambda customer: zones.get(customer, zones[""])


def _record(scene: Scene, wiring: Wiring, now: datetime) -> list[tuple[EventRow, str]]:
    ledger = wiring.ledger
    issued: list[OwedRow] = [*scene.invoices, *scene.credits]
    credited: take_in.Taken[OwedRow] = take_in.Taken()
    for _ in take_in.take_in(ledger, issued, owed(now, BY), credited):
        pass
    posted = take_in.payments(now, BY, wiring.planner.policies.cash)
    for _ in take_in.take_in(ledger, scene.payments, posted, take_in.Taken()):
        pass
    take_replies(wiring, scene.replies)
    return _act(scene.events, wiring, now)


def _act(events: Sequence[EventRow], wiring: Wiring, now: datetime) -> list[tuple[EventRow, str]]:
    """What associates did that day; an action the rules refuse is reported, not forced."""
    refused = []
    for event in events:
        try:
            _perform(event, Actions(wiring.ledger, wiring.planner, event.by or "associate", now))
        except NotAllowed as refusal:
            refused.append((event, str(refusal)))
    return refused


def _perform(event: EventRow, actions: Actions) -> None:
    amount = event.amount.major if event.amount else None
    match event.action:
        case "pause":
            actions.pause(event.invoice, event.reason, event.until)
        case "resume":
            actions.resume(event.invoice, event.reason)
        case "promise":
            if event.until is None:
                raise NotAllowed("A promise needs the day it is for (column until).")
            actions.promise(event.invoice, amount, event.until)
        case "dispute":
            actions.dispute(event.invoice, event.reason, amount)
        case "resolve":
            _resolve(event, actions)
        case "escalate":
            actions.escalate(event.invoice, "ar_lead", event.reason)
        case "write_off":
            actions.written_off(event.invoice, event.reason)
        case _:
            raise NotAllowed(f"{event.action!r} cannot be rehearsed.")


def _resolve(event: EventRow, actions: Actions) -> None:
    with actions.ledger.reading() as books:
        case = books.case(event.invoice)
    disputes = [dispute.dispute for dispute in case.disputes if dispute.is_open]
    if not disputes:
        raise NotAllowed(f"Invoice {event.invoice} has no open dispute.")
    actions.resolve(disputes[0], event.reason)


def fresh_home(settings: Settings, folder: Path) -> Settings:
    """The settings of a rehearsal: own books, nothing leaves the outbox."""
    return settings.model_copy(
        update={
            "home": folder,
            "database_url": "",
            "email_provider": "outbox",
            "sms_provider": "outbox",
        }
    )
