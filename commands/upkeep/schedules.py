"""The engine's schedules: one for each job of upkeep, kept as the list of jobs says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import structlog
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from activities.planning import Planner
from commands.upkeep.jobs import Due
from workflows.contract import UPKEEP_QUEUE, UPKEEP_WORKFLOW, job_of, schedule_id

# What was due while everything stood still is caught up, for so many of its periods.
CAUGHT_UP = 5
_log = structlog.get_logger()


class Ran(NamedTuple):
    """What the engine knows of a job: since when it is scheduled, last and next moments."""

    since: datetime
    last: datetime | None
    next: datetime | None


def our_zone(planner: Planner, now: datetime) -> str:
    """The zone in which jobs are due: that of our own calendar."""
    return planner.calendars.calendar_of(planner.policies.entity(""), now.year).zone


async def keep_schedules(client: Client, zone: str, jobs: Sequence[Due]) -> str:
    """Create, refresh and remove schedules; the same again changes nothing.

    A server without schedules is left alone; the sentence says what was done. Raises RPCError.
    """
    try:
        for job in jobs:
            await _keep(client, job, zone)
        await _drop_others(client, {job.name for job in jobs})
    except RPCError as error:
        if error.status is not RPCStatusCode.UNIMPLEMENTED:
            raise
        _log.warning("no_schedules", why="This Temporal server has no schedules.")
        return "This Temporal server has no schedules: start upkeep with duncan upkeep run."
    return f"{len(jobs)} jobs of upkeep are scheduled."


async def runs_of(client: Client, job: str) -> Ran | None:
    """When the engine ran a job; None when it has no schedule for it. Raises RPCError."""
    try:
        described = await client.get_schedule_handle(schedule_id(job)).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    info = described.info
    last = info.recent_actions[-1].started_at if info.recent_actions else None
    following = info.next_action_times[0] if info.next_action_times else None
    return Ran(info.created_at, last, following)


async def _keep(client: Client, job: Due, zone: str) -> None:
    wanted = _schedule(job, zone)
    try:
        await client.create_schedule(schedule_id(job.name), wanted)
    except ScheduleAlreadyRunningError:

        def refreshed(now: ScheduleUpdateInput) -> ScheduleUpdate:
            # Whoever paused it in Temporal's own tools keeps it paused.
            wanted.state = now.description.schedule.state
            return ScheduleUpdate(wanted)

        await client.get_schedule_handle(schedule_id(job.name)).update(refreshed)


async def _drop_others(client: Client, names: set[str]) -> None:
    found = [one.id async for one in await client.list_schedules()]
    for schedule in found:
        if job_of(schedule) and job_of(schedule) not in names:
            await client.get_schedule_handle(schedule).delete()


def _schedule(job: Due, zone: str) -> Schedule:
    caught_up = job.period * CAUGHT_UP
    return Schedule(
        action=ScheduleActionStartWorkflow(
            UPKEEP_WORKFLOW,
            job.name,
            id=schedule_id(job.name),
            task_queue=UPKEEP_QUEUE,
            static_summary=job.title,
        ),
        spec=ScheduleSpec(cron_expressions=[job.cron], time_zone_name=zone),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.BUFFER_ALL, catchup_window=caught_up),
    )
