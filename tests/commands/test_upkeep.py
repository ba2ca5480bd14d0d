"""Upkeep on a real Temporal server: schedules are kept, jobs are done for their moments."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.testing import WorkflowEnvironment

from activities.upkeep import Job, UnknownJob, Upkeeping
from commands.doctor.finding import DoctorContext
from commands.doctor.upkeep import upkeep
from commands.upkeep.jobs import UPKEEP, Due, jobs_of
from commands.upkeep.schedules import keep_schedules, our_zone, runs_of
from tests.commands.installed import set_up
from tests.workflows.namespaces import client_of_its_own
from worker import Wiring, running, wire
from workflows.contract import UPKEEP_QUEUE, UPKEEP_WORKFLOW, job_of, schedule_id

ZONE = "Europe/London"


def due(name: str, cron: str = "0 5 * * 1") -> Due:
    """A job of a week that does nothing."""
    return Due(name, f"Do {name}", cron, timedelta(weeks=1), lambda *_: "")


@pytest.fixture
def wiring(tmp_path: Path) -> Wiring:
    return wire(set_up(tmp_path / "home"))


async def test_schedules_are_kept_as_the_list_of_jobs_says(
    dev_server: WorkflowEnvironment,
) -> None:
    client = await client_of_its_own(dev_server)
    first, second = due("first"), due("second")
    await keep_schedules(client, ZONE, [first, replace(second, cron="0 6 * * *")])
    handle = client.get_schedule_handle(schedule_id("second"))
    await handle.pause(note="holidays")
    said = await keep_schedules(client, ZONE, [first, second])
    described = (await handle.describe()).schedule
    await keep_schedules(client, ZONE, [second])
    for _ in range(200):
        if await runs_of(client, "first") is None:
            break
        await asyncio.sleep(0.05)

    assert said == "2 jobs of upkeep are scheduled."
    assert described.state.paused
    assert described.spec.calendars[0].hour[0].start == 5
    assert described.spec.time_zone_name == ZONE
    assert await runs_of(client, "first") is None
    assert await runs_of(client, "second") is not None


async def test_a_job_is_done_for_the_moment_it_was_scheduled_for(
    dev_server: WorkflowEnvironment, wiring: Wiring, tmp_path: Path
) -> None:
    client, done = await client_of_its_own(dev_server), list[datetime]()
    loop, triggered = asyncio.get_running_loop(), asyncio.Event()

    def run(now: datetime) -> str:
        done.append(now)
        loop.call_soon_threadsafe(triggered.set)
        return "first is done."

    await keep_schedules(client, ZONE, [due("first")])
    jobs = [Job("first", run)]
    async with running(client, wiring, set_up(tmp_path / "home"), jobs=jobs):
        await client.get_schedule_handle(schedule_id("first")).trigger()
        await triggered.wait()
        said = await client.execute_workflow(
            UPKEEP_WORKFLOW, "first", id="by hand", task_queue=UPKEEP_QUEUE
        )
        with pytest.raises(WorkflowFailureError):
            await client.execute_workflow(
                UPKEEP_WORKFLOW, "else", id="unknown", task_queue=UPKEEP_QUEUE
            )
        ran = await runs_of(client, "first")

    assert said == "first is done."
    assert done[0] <= done[1]
    assert ran is not None
    assert ran.last is not None


async def test_a_server_without_schedules_is_said_so(time_skipping: WorkflowEnvironment) -> None:
    said = await keep_schedules(time_skipping.client, ZONE, [due("first")])

    assert "has no schedules" in said


async def test_the_doctor_sets_up_missing_schedules_and_sees_those_that_stand_still(
    dev_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    wire(set_up(tmp_path / "home")).ledger.engine.dispose()
    client = await client_of_its_own(dev_server)
    ctx = DoctorContext(set_up(tmp_path / "home"), datetime.now(UTC), client)
    missing = await upkeep(ctx)
    assert missing.mend is not None
    await missing.mend()
    mended = await upkeep(ctx)
    later = await upkeep(replace(ctx, now=ctx.now + timedelta(days=9)))
    ctx.ledger.engine.dispose()

    assert "no schedule: weekly_audit" in missing.detail
    assert mended.ok
    assert "did not run when due: weekly_audit" in later.detail


def test_every_job_has_a_name_of_its_own(wiring: Wiring, tmp_path: Path) -> None:
    jobs = jobs_of(wiring, set_up(tmp_path / "home"))

    assert [one.name for one in jobs] == [one.name for one in UPKEEP]
    assert len({one.name for one in jobs}) == len(jobs)
    assert {job_of(schedule_id(one.name)) for one in jobs} == {one.name for one in jobs}
    assert job_of("invoice:I-1") == ""
    assert our_zone(wiring.planner, datetime.now(UTC)) == ZONE
    with pytest.raises(UnknownJob, match="weekly_audit"):
        Upkeeping(jobs).job("else")
