"""The workflow of one invoice: sleep until the next step's moment, hand it over, take the next."""

from __future__ import annotations

import asyncio

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.payloads import RecordableFact
    from dunning.steps import CloseCase, Step
    from workflows.alarm import Alarm
    from workflows.asking import carry_out, plan, planned_at_start, record
    from workflows.contract import INVOICE_WORKFLOW
    from workflows.summary import moment_of, refuse_notes, summary_of


@workflow.defn(name=INVOICE_WORKFLOW)
class InvoiceCase:
    """Follows one invoice. It knows its number and the next step, nothing else."""

    @workflow.init
    def __init__(self, invoice: str) -> None:
        self._invoice = invoice
        self._changed = False
        self._next: Step | None = None
        self._alarm = Alarm()

    @workflow.run
    async def run(self, invoice: str) -> str:  # noqa: ARG002 - Temporal hands it to __init__ too
        """Follow the invoice until the books close it; the answer says why."""
        try:
            # A case that closed before its first moment ends here, without asking anybody.
            await asyncio.sleep(0)
            return await self._follow()
        except asyncio.CancelledError:
            # Rung again since the books closed it: they may have opened it again.
            if self._changed:
                workflow.continue_as_new(self._invoice)
            return "no longer followed: closed in the books, or stopped by an operator"

    @workflow.signal
    def ledger_changed(self) -> None:
        """Look at the books again."""
        self._changed = True

    @workflow.update
    async def record_fact(self, fact: RecordableFact) -> Step:
        """Record a fact (pause, resume, promise …) and answer with the step that follows."""
        step = await record(self._invoice, fact)
        self._changed = True
        return step

    @record_fact.validator
    def _without_personal_data(self, fact: RecordableFact) -> None:
        refuse_notes(fact)

    @workflow.query
    def next_step(self) -> Step | None:
        """What the workflow waits for."""
        return self._next

    async def _follow(self) -> str:
        step = await self._plan()
        while not isinstance(step, CloseCase):
            due = await self._reached(step)
            step = await (carry_out(self._invoice, step) if due else self._plan())
        await workflow.wait_condition(workflow.all_handlers_finished)
        return step.why

    async def _plan(self) -> Step:
        is_new, self._changed = not (self._next or self._changed), False
        return (planned_at_start() if is_new else None) or await plan(self._invoice)

    async def _reached(self, step: Step) -> bool:
        """Wait for the step's moment (True) or for the books to change (False)."""
        self._next = step
        workflow.set_current_details(summary_of(step))
        await self._alarm.wait(moment_of(step), summary_of(step), lambda: self._changed)
        return not self._changed
