"""The workflow of one dispute: its service level, while the invoice's own cadence goes on."""

from __future__ import annotations

import asyncio
from typing import cast

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.payloads import DisputeOrder, WireDisputeStep
    from dunning.dispute_steps import CloseDispute, DisputeStep
    from workflows.alarm import Alarm
    from workflows.asking import ask
    from workflows.contract import DISPUTE_WORKFLOW
    from workflows.summary import moment_of, summary_of


@workflow.defn(name=DISPUTE_WORKFLOW)
class DisputeCase:
    """Follows one dispute. It knows its name and the next step, nothing else."""

    @workflow.init
    def __init__(self, dispute: str) -> None:
        self._dispute = dispute
        self._changed = False
        self._next: DisputeStep | None = None
        self._alarm = Alarm()

    @workflow.run
    async def run(self, dispute: str) -> str:  # noqa: ARG002 - Temporal hands it to __init__ too
        """Follow the dispute until the books end it; the answer says how."""
        try:
            # A dispute that ended before its first moment ends here, without asking anybody.
            await asyncio.sleep(0)
            return await self._follow()
        except asyncio.CancelledError:
            # Rung again since the books ended it: a payment that bounced may have revived it.
            if self._changed:
                workflow.continue_as_new(self._dispute)
            return "no longer followed: ended in the books, or stopped by an operator"

    @workflow.signal
    def ledger_changed(self) -> None:
        """Look at the books again."""
        self._changed = True

    @workflow.query
    def next_step(self) -> DisputeStep | None:
        """What the workflow waits for."""
        return self._next

    async def _follow(self) -> str:
        step = await self._look()
        while not isinstance(step, CloseDispute):
            self._next = step
            workflow.set_current_details(summary_of(step))
            await self._alarm.wait(moment_of(step), summary_of(step), lambda: self._changed)
            step = await self._look()
        return step.why

    async def _look(self) -> DisputeStep:
        """Have what is due done, by the books as they are now."""
        self._changed = False
        order = DisputeOrder(self._dispute, workflow.now())
        return cast("DisputeStep", await ask("follow_dispute", order, WireDisputeStep))
