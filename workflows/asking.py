"""Asking an activity, which answers with the next step."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import cast

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.payloads import FactOrder, PlanOrder, StepOrder, WireStep
    from dunning.steps import Step

# Shorter than a claim lasts: a worker that died is noticed before its message is given up.
LONGEST = timedelta(seconds=30)
# What may heal is tried again for ever; what the world or a rule says no to is never an exception.
PATIENCE = RetryPolicy(
    initial_interval=timedelta(seconds=2), maximum_interval=timedelta(minutes=10)
)


async def ask(
    activity: str, order: PlanOrder | StepOrder | FactOrder, queue: str | None = None
) -> Step:
    """Run the activity, on another queue when one is named, and answer with its step.

    A cancelled workflow first waits for what it has in hand: a message may be on its way.
    """
    running = workflow.start_activity(
        activity,
        order,
        task_queue=queue,
        result_type=cast("type", WireStep),
        start_to_close_timeout=LONGEST,
        retry_policy=PATIENCE,
    )
    try:
        return cast("Step", await asyncio.shield(running))
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise
