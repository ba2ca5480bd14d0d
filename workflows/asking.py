"""Asking an activity, which answers with the next step."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import cast

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.payloads import FactOrder, PlanOrder, RecordableFact, StepOrder, WireStep
    from dunning.steps import CloseCase, SendInvoice, SendTouch, Step, Wait
    from workflows.contract import PLANNED

# Shorter than a claim lasts: a worker that died is noticed before its message is given up.
LONGEST = timedelta(seconds=30)
# What may heal is tried again for ever; what the world or a rule says no to is never an exception.
PATIENCE = RetryPolicy(
    initial_interval=timedelta(seconds=2), maximum_interval=timedelta(minutes=10)
)
_STEP = cast("type", WireStep)


async def plan(invoice: str) -> Step:
    """The next step of the invoice."""
    return await _ask("plan_next_step", PlanOrder(invoice, workflow.now()))


def planned_at_start() -> Step | None:
    """The step that whoever started the workflow had planned; None after a start anew.

    It spares asking once more: whoever carries a step out asks the rulebook again anyway.
    """
    if workflow.info().continued_run_id:
        return None
    return cast("Step | None", workflow.memo_value(PLANNED, None, type_hint=_STEP))


async def record(invoice: str, fact: RecordableFact) -> Step:
    """Record a fact; the step that follows from it."""
    return await _ask("record_fact", FactOrder(invoice, fact, workflow.now()))


async def carry_out(invoice: str, step: Step) -> Step:
    """Hand the step over; the step after it."""
    if isinstance(step, Wait | CloseCase):
        return await plan(invoice)
    order = StepOrder(invoice, step, workflow.now())
    if isinstance(step, SendTouch | SendInvoice):
        return await _ask("send_touch", order, queue=step.channel)
    return await _ask("hand_to_people", order)


async def _ask(
    activity: str, order: PlanOrder | StepOrder | FactOrder, queue: str | None = None
) -> Step:
    return cast("Step", await ask(activity, order, WireStep, queue))


async def ask(activity: str, order: object, answer: object, queue: str | None = None) -> object:
    """Run the activity, on another queue when one is named, and answer with its step.

    A cancelled workflow first waits for what it has in hand: a message may be on its way.
    """
    running = workflow.start_activity(
        activity,
        order,
        task_queue=queue,
        result_type=cast("type", answer),
        start_to_close_timeout=LONGEST,
        retry_policy=PATIENCE,
    )
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise
