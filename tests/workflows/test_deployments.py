"""Two versions of the workers side by side on a real server: a ramp, a change, old cases go on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker, WorkerDeploymentConfig

from commands.deployments.versions import (
    CURRENT,
    DRAINED,
    DRAINING,
    RAMPING,
    make_current,
    ramp,
    versions_of,
)
from commands.doctor.finding import DoctorContext
from commands.doctor.worker_versions import worker_versions
from commands.imports import take_in
from commands.sending.relay import relay_of
from dunning.may import NotAllowed
from ledger.doorbells import ring
from settings import Settings
from tests.cast import customer, invoice
from tests.workflows.namespaces import client_of_its_own
from worker import Wiring, running, wire
from workflows.build import SINCE, build_id
from workflows.contract import workflow_id
from workflows.upkeep import Upkeep

NAME, OLD, NEW = "dunning", "0.1.0-old", "0.2.0-new"
PATIENCE = timedelta(seconds=60)
# Its message is due weeks later: the case sleeps.
ISSUED = datetime(2026, 3, 5, 15, tzinfo=UTC)


@dataclass
class Site:
    """One installation whose workers come and go."""

    client: Client
    wiring: Wiring
    settings: Settings

    @asynccontextmanager
    async def workers(self, build: str) -> AsyncIterator[None]:
        versioned = self.settings.model_copy(update={"build_id": build})
        async with running(self.client, self.wiring, versioned, limited=False):
            await until(lambda: self.polled(build))
            yield

    async def polled(self, build: str) -> bool:
        return build in {one.build for one in await versions_of(self.client, NAME)}

    async def opens(self, number: str) -> WorkflowHandle[Any, Any]:
        """A case is opened and its workflow told at once."""
        taken: take_in.Taken[Any] = take_in.Taken()
        rows = take_in.invoices(ISSUED, "import")
        self.wiring.ledger.transact(lambda books: rows(books, [invoice(number)], taken))
        # It starts delayed until its first moment; the next bell ends the delay.
        await relay_of(self.wiring, self.client).answer(datetime.now(UTC))
        return await self.rings(number)

    async def rings(self, number: str) -> WorkflowHandle[Any, Any]:
        """Something happens to the case: its workflow looks at the books."""
        self.wiring.ledger.transact(lambda books: ring(books.connection, [number], opening=False))
        await relay_of(self.wiring, self.client).answer(datetime.now(UTC))
        return self.client.get_workflow_handle(workflow_id(number))

    async def build_of(self, handle: WorkflowHandle[Any, Any]) -> str:
        """Which version took the case's last step."""
        history = await handle.fetch_history()
        done = [
            event.workflow_task_completed_event_attributes.deployment_version.build_id
            for event in history.events
            if event.HasField("workflow_task_completed_event_attributes")
        ]
        return done[-1] if done else ""


@pytest.fixture
async def site(dev_server: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Site]:
    settings = Settings(_env_file=None, home=tmp_path, worker_deployment=NAME)  # type: ignore[call-arg]  # Pydantic's own.
    wiring = wire(settings)
    taken: take_in.Taken[Any] = take_in.Taken()
    people = take_in.customers(ISSUED, "import")
    wiring.ledger.transact(lambda books: people(books, [customer()], taken))
    yield Site(await client_of_its_own(dev_server), wiring, settings)
    wiring.ledger.engine.dispose()


@pytest.mark.slow
async def test_old_cases_go_on_under_the_new_version(site: Site) -> None:
    async with AsyncExitStack() as old:
        await old.enter_async_context(site.workers(OLD))
        await make_current(site.client, NAME, OLD)
        first = await site.opens("I-1")
        await until(lambda: taken_by(site, first, OLD))
        async with site.workers(NEW):
            # Both poll, and the cases stay where they are.
            await until(lambda: taken_by(site, first, OLD))
            await until(lambda: accepted(ramp(site.client, NAME, NEW, 100)))
            second = await site.opens("I-2")
            await until(lambda: taken_by(site, second, NEW))
            ramped = await states(site)
            await make_current(site.client, NAME, NEW)
            await site.rings("I-1")
            await until(lambda: taken_by(site, first, NEW))
            await until(lambda: is_leaving(site))

            assert ramped[NEW] == RAMPING
            assert (await states(site))[NEW] == CURRENT
            await old.aclose()
            third = await site.opens("I-3")
            await until(lambda: taken_by(site, third, NEW))


@pytest.mark.slow
async def test_a_version_that_leaves_work_undone_takes_no_cases(site: Site) -> None:
    half = WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(NAME, NEW),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.PINNED,
    )
    async with site.workers(OLD):
        await make_current(site.client, NAME, OLD)
        case = await site.opens("I-1")
        await until(lambda: taken_by(site, case, OLD))
        elsewhere = Worker(
            site.client, task_queue="elsewhere", workflows=[Upkeep], deployment_config=half
        )
        async with elsewhere:
            await until(lambda: site.polled(NEW))
            with pytest.raises(NotAllowed, match="do not take all the work of the current build"):
                await ramp(site.client, NAME, NEW, 10)
            with pytest.raises(NotAllowed, match="do not take all the work of the current build"):
                await make_current(site.client, NAME, NEW)


@pytest.mark.slow
async def test_the_doctor_says_where_cases_go(site: Site) -> None:
    ctx = DoctorContext(site.settings, ISSUED, patience=timedelta(0), client=site.client)
    async with site.workers(OLD):
        nowhere = await worker_versions(ctx)
        await make_current(site.client, NAME, OLD)
        somewhere = await worker_versions(ctx)
        with pytest.raises(NotAllowed, match="No worker of build typo polled as dunning"):
            await make_current(site.client, NAME, "typo")

    assert not nowhere.ok
    assert "go nowhere" in nowhere.detail
    assert somewhere.ok
    assert f"{OLD} is current" in somewhere.detail
    assert f"no worker of this code ({build_id()}) polled yet" in somewhere.detail


def test_the_build_is_named_after_the_release_and_the_code() -> None:
    assert build_id().startswith(f"{SINCE}-")
    assert len(build_id()) == len(SINCE) + 13


async def taken_by(site: Site, handle: WorkflowHandle[Any, Any], build: str) -> bool:
    return await site.build_of(handle) == build


async def accepted(change: Awaitable[None]) -> bool:
    """Whether the engine knows by now that the new workers poll everywhere."""
    try:
        await change
    except NotAllowed:
        return False
    return True


async def states(site: Site) -> dict[str, str]:
    return {one.build: one.state for one in await versions_of(site.client, NAME)}


async def is_leaving(site: Site) -> bool:
    return (await states(site))[OLD] in (DRAINING, DRAINED)


async def until(found: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE.total_seconds()):
        while not await found():  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.2)
