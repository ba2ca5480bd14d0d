from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from tests.servers.sleeper import Sleeper, greet

_NINETY_DAYS = timedelta(days=90)


async def test_a_workflow_ends_on_the_development_server(dev_server: WorkflowEnvironment) -> None:
    assert await _sleep(dev_server, timedelta(0)) == "Good morning, Ada"


async def test_the_development_server_serves_every_test(dev_server: WorkflowEnvironment) -> None:
    assert await _sleep(dev_server, timedelta(0)) == "Good morning, Ada"


async def test_ninety_days_pass_at_once(time_skipping: WorkflowEnvironment) -> None:
    before = await time_skipping.get_current_time()
    answer = await _sleep(time_skipping, _NINETY_DAYS)

    assert answer == "Good morning, Ada"
    assert await time_skipping.get_current_time() - before >= _NINETY_DAYS


async def test_each_test_has_a_clock_of_its_own(time_skipping: WorkflowEnvironment) -> None:
    now = await time_skipping.get_current_time()

    assert abs(now - datetime.now(UTC)) < timedelta(days=1)


async def _sleep(environment: WorkflowEnvironment, nap: timedelta) -> str:
    queue = f"naps-{uuid4()}"
    with ThreadPoolExecutor(4) as threads:
        async with Worker(
            environment.client,
            task_queue=queue,
            workflows=[Sleeper],
            activities=[greet],
            activity_executor=threads,
        ):
            arguments = ["Ada", nap.total_seconds()]
            return await environment.client.execute_workflow(
                Sleeper.run, args=arguments, id=queue, task_queue=queue
            )
