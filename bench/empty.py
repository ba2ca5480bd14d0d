"""Cases whose touches do nothing: what engine and SDK take of a touch, before anything of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from activities.payloads import StepOrder, WireStep
from bench import bare
from dunning.steps import SendTouch
from worker import SANDBOX
from workflows.contract import INVOICE_WORKFLOW, PLANNED
from workflows.invoice import InvoiceCase

QUEUE = "empty"
CHANNEL = "empty-channel"
# Nothing more happens to a case while it is measured.
NEXT_STEP = timedelta(days=30)


class Nothing(bare.Nothing):
    """The sending activity, which sends nothing but counts."""

    @activity.defn
    def send_touch(self, order: StepOrder) -> WireStep:
        """Count, and answer with a step as long as any."""
        self.do_nothing()
        return replace(order.step, at=order.now + NEXT_STEP)


async def start(client: Client, ids: Sequence[str], due: datetime) -> None:
    """Start the workflow of a case for each id; it sleeps until its touch is due."""
    why = "a courtesy note before the invoice is due"
    touch = SendTouch(
        at=due, why=why, step="courtesy", channel=CHANNEL, letter="courtesy", level=0, to="billing"
    )

    async def one(name: str) -> None:
        await client.start_workflow(
            INVOICE_WORKFLOW, name, id=name, task_queue=QUEUE, memo={PLANNED: touch}
        )

    await bare.all_of(ids, one)


@asynccontextmanager
async def working(client: Client, threads: int) -> AsyncIterator[Nothing]:
    """Workers set up as Duncan's are, with its workflow of a case."""
    nothing = Nothing()
    with ThreadPoolExecutor(threads * 3) as executor:
        clocks = Worker(client, task_queue=QUEUE, workflows=[InvoiceCase], workflow_runner=SANDBOX)
        hands = Worker(
            client,
            task_queue=CHANNEL,
            activities=[nothing.send_touch],
            activity_executor=executor,
            max_concurrent_activities=threads,
        )
        async with clocks, hands:
            yield nothing
