"""The bare engine: what the same work costs with nothing in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import Priority
from temporalio.worker import Worker

QUEUE = "bare"
DOING_QUEUE = "bare-doing"
# As many calls at once as the relay makes.
AT_ONCE = 50
LONGEST = timedelta(seconds=30)


@workflow.defn(name="Bare")
class Bare:
    """A timer and an activity."""

    @workflow.run
    async def run(self, due: datetime) -> None:
        """Sleep until the moment, then do nothing."""
        await workflow.sleep(max(due - workflow.now(), timedelta(0)))
        await workflow.execute_activity(
            "do_nothing", task_queue=DOING_QUEUE, start_to_close_timeout=LONGEST
        )


class Nothing:
    """An activity that does nothing but count."""

    def __init__(self) -> None:
        # Threads may append at the same time and lose nothing, which a sum does not promise.
        self._done: list[None] = []

    @property
    def done(self) -> int:
        """How often it was done."""
        return len(self._done)

    @activity.defn
    def do_nothing(self) -> None:
        """Count."""
        self._done.append(None)


async def start(
    client: Client,
    ids: Sequence[str],
    due: datetime,
    delay: timedelta,
    turn: Priority = Priority.default,
) -> None:
    """Start a workflow for each id."""

    async def one(name: str) -> None:
        await client.start_workflow(
            Bare.run,
            due,
            id=name,
            task_queue=QUEUE,
            start_delay=delay or None,
            priority=turn,
        )

    await all_of(ids, one)


async def all_of(ids: Sequence[str], one: Callable[[str], Awaitable[None]]) -> None:
    """Do it for each id, as many at once as the relay does."""
    at_once = asyncio.Semaphore(AT_ONCE)

    async def in_turn(name: str) -> None:
        async with at_once:
            await one(name)

    await asyncio.gather(*(in_turn(name) for name in ids))


@asynccontextmanager
async def working(client: Client, threads: int) -> AsyncIterator[Nothing]:
    """Workers set up as Duncan's are: workflows on one queue, doing on another, threads."""
    nothing = Nothing()
    with ThreadPoolExecutor(threads * 3) as executor:
        clocks = Worker(client, task_queue=QUEUE, workflows=[Bare])
        hands = Worker(
            client,
            task_queue=DOING_QUEUE,
            activities=[nothing.do_nothing],
            activity_executor=executor,
            max_concurrent_activities=threads,
        )
        async with clocks, hands:
            yield nothing
