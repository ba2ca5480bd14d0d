"""Fairness: how long a small customer waits beside one whose invoices all come due at once.

`python -m bench.fairness` puts both into the queue of the embedded engine, as the relay starts
their cases, with an activity that takes its time in place of a message.
"""

from __future__ import annotations

import asyncio
import time
from argparse import ArgumentParser
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from temporalio import activity
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.common import Priority
from temporalio.worker import Worker

from bench import bare
from bench.figures import Figure, show
from bench.site import Site, site
from commands import printing
from commands.sending.turns import turn_of
from engine import keep_engine_quiet

# What a message takes; and so many are sent at once.
A_MESSAGE = timedelta(milliseconds=10)
SENDERS = 2
FEW = 10
LOOK = 0.2
# What a small customer waits may not grow with what another one has due.
AIM = 0.2
PATIENCE = 600


@dataclass
class Sent:
    """When what was sent, by whose it is."""

    moments: dict[str, list[float]] = field(default_factory=dict)

    @activity.defn(name="do_nothing")
    async def touch(self) -> None:
        """Take some time, and note it."""
        await asyncio.sleep(A_MESSAGE.total_seconds())
        who = str(activity.info().workflow_id).rpartition("-")[0]
        self.moments.setdefault(who, []).append(time.perf_counter())

    @property
    def number(self) -> int:
        """How many were sent."""
        return sum(map(len, self.moments.values()))


async def fairness(place: Site, many: int) -> list[Figure]:
    """How long the small customer waits whose messages came last, as a share of what all take."""
    alike = Priority(fairness_key="all")
    in_a_line = await _waits(place.client, "line", many, alike, alike)
    in_turns = await _waits(place.client, "turns", many, turn_of("huge"), turn_of("small"))
    details = {
        "ms_a_message": A_MESSAGE.microseconds // 1000,
        "messages_of_the_huge_one": many,
        "share_of_first_come_first_served": round(in_a_line, 2),
    }
    name = "fairness, a small customer's wait beside a huge one"
    return [Figure(name, in_turns, AIM, "of its time", at_most=True, details=details)]


async def _waits(client: Client, name: str, many: int, huge: Priority, small: Priority) -> float:
    """When the small customer's last message is sent, from 0 to 1 of the time that all take."""
    sent = Sent()
    async with Worker(client, task_queue=bare.QUEUE, workflows=[bare.Bare]):
        await _start(client, f"{name}-huge", many, huge)
        await _until(client, many)
        await _start(client, f"{name}-small", FEW, small)
        await _until(client, many + FEW)
        began = time.perf_counter()
        async with Worker(
            client,
            task_queue=bare.DOING_QUEUE,
            activities=[sent.touch],
            max_concurrent_activities=SENDERS,
        ):
            async with asyncio.timeout(PATIENCE):
                while sent.number < many + FEW:  # noqa: ASYNC110 - the engine decides when
                    await asyncio.sleep(LOOK)
    last = {who: max(moments) - began for who, moments in sent.moments.items()}
    return last[f"{name}-small"] / max(last.values())


async def _until(client: Client, waiting: int) -> None:
    """Wait until so many messages wait in the queue."""
    asked = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=bare.DOING_QUEUE),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
        report_stats=True,
    )
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await client.workflow_service.describe_task_queue(asked)
            if answer.stats.approximate_backlog_count >= waiting:
                return
            await asyncio.sleep(LOOK)


async def _start(client: Client, who: str, number: int, turn: Priority) -> None:
    ids = [f"{who}-{place}" for place in range(number)]
    await bare.start(client, ids, datetime.now(UTC), timedelta(0), turn)


async def _measured(many: int) -> list[Figure]:
    async with site() as place:
        return await fairness(place, many)


def main() -> None:
    """Measure and print."""
    parser = ArgumentParser(prog="python -m bench.fairness", description=__doc__)
    parser.add_argument("--messages", type=int, default=1000, help="of the huge customer")
    keep_engine_quiet()
    show(asyncio.run(_measured(parser.parse_args().messages)))
    printing.leave(0)


if __name__ == "__main__":
    main()
