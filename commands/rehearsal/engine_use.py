"""What following invoices and disputes costs the engine, counted from workflow histories."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.service import RPCError

from workflows.contract import dispute_workflow_id, workflow_id

# What Temporal Cloud bills as one action each, as far as these workflows use it.
_ACTIONS = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
    EventType.EVENT_TYPE_TIMER_STARTED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
}
AT_ONCE = 50


@dataclass(frozen=True)
class EngineUse:
    """Workflows that ran, the actions Temporal Cloud would bill, their history events."""

    workflows: int
    actions: int
    events: int
    seconds: float = 0.0


async def engine_use(
    client: Client, invoices: Iterable[str], disputes: Iterable[str] = ()
) -> EngineUse:
    """Count the latest run of each workflow; those never started do not count."""
    at_once = asyncio.Semaphore(AT_ONCE)
    followed = [*map(workflow_id, invoices), *map(dispute_workflow_id, disputes)]

    async def one(workflow: str) -> tuple[int, int]:
        async with at_once:
            return await actions_and_events(client, workflow)

    counted = await asyncio.gather(*(one(workflow) for workflow in followed))
    ran = [(actions, events) for actions, events in counted if events]
    return EngineUse(len(ran), sum(a for a, _ in ran), sum(e for _, e in ran))


async def actions_and_events(client: Client, workflow: str) -> tuple[int, int]:
    """Billed actions and events of a workflow's latest run; none of one that never started."""
    actions = events = 0
    try:
        async for event in client.get_workflow_handle(workflow).fetch_history_events():
            events += 1
            actions += event.event_type in _ACTIONS
    except RPCError:
        return 0, 0
    return actions, events
