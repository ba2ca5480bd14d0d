"""When the engine was done with workflows, with all that it and their worker put off till later."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryReverseRequest
from temporalio.client import Client

from bench.processor import used_by

# A workflow that waits for its next timer, or has ended, asks nobody for anything.
RESTING = (EventType.EVENT_TYPE_TIMER_STARTED, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED)
# An engine that takes so little of a processor has nothing left to do; asking it would be work.
IDLE, LOOK = 0.15, 1.0


async def at_rest(
    client: Client, workflows: Sequence[str], since: datetime, engine: int
) -> datetime:
    """Wait until all of them sleep again or have ended since then; when the last one did."""
    while True:
        before = used_by(engine)
        await asyncio.sleep(LOOK)
        if used_by(engine) - before > IDLE * LOOK:
            continue
        last = [await _last_event(client, one) for one in workflows]
        ends = [one.event_time.ToDatetime(UTC) for one in last if one.event_type in RESTING]
        if len(ends) == len(workflows) and min(ends) > since:
            return max(ends)


async def _last_event(client: Client, workflow: str) -> HistoryEvent:
    asked = GetWorkflowExecutionHistoryReverseRequest(
        namespace=client.namespace,
        execution=WorkflowExecution(workflow_id=workflow),
        maximum_page_size=1,
    )
    answer = await client.workflow_service.get_workflow_execution_history_reverse(asked)
    return answer.history.events[0]
