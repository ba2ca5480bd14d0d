"""The workflow of one invoice: sleep until the next step's moment, hand it over, take the next."""

from __future__ import annotations

import asyncio

from temporalio import workflow
from temporalio.common import VersioningBehavior
from temporalio.exceptions import ApplicationError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.payloads import FactOrder, PlanOrder, RecordableFact, StepOrder
    from dunning.steps import CloseCase, SendInvoice, SendTouch, Step, Wait
    from workflows.alarm import Alarm
    from workflows.asking import ask
    from workflows.contract import INVOICE_WORKFLOW


@workflow.defn(name=INVOICE_WORKFLOW, versioning_behavior=VersioningBehavior.AUTO_UPGRADE)
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
        except BaseException as stopped:
            # The books closed the case, or an operator stopped it: nothing is left to decide.
            if is_cancelled_exception(stopped):
                return "no longer followed"
            raise

    @workflow.signal
    def ledger_changed(self) -> None:
        """Look at the books again."""
        self._changed = True

    @workflow.update
    async def record_fact(self, fact: RecordableFact) -> Step:
        """Record a fact (pause, resume, promise …) and answer with the step that follows."""
        step = await ask("record_fact", FactOrder(self._invoice, fact, workflow.now()))
        self._changed = True
        return step

    @record_fact.validator
    def _without_personal_data(self, fact: RecordableFact) -> None:
        if getattr(fact, "note", ""):
            raise ApplicationError("Notes may name people: record them at the desk, not here.")

    @workflow.query
    def next_step(self) -> Step | None:
        """What the workflow waits for."""
        return self._next

    async def _follow(self) -> str:
        step = await self._plan()
        while not isinstance(step, CloseCase):
            step = await (self._carry_out(step) if await self._reached(step) else self._plan())
        await workflow.wait_condition(workflow.all_handlers_finished)
        return step.why

    async def _plan(self) -> Step:
        self._changed = False
        return await ask("plan_next_step", PlanOrder(self._invoice, workflow.now()))

    async def _carry_out(self, step: Step) -> Step:
        if isinstance(step, Wait | CloseCase):
            return await self._plan()
        order = StepOrder(self._invoice, step, workflow.now())
        if isinstance(step, SendTouch | SendInvoice):
            return await ask("send_touch", order, queue=step.channel)
        return await ask("hand_to_people", order)

    async def _reached(self, step: Step) -> bool:
        """Wait for the step's moment (True) or for the books to change (False)."""
        assert not isinstance(step, CloseCase), "a closed case waits for nothing"
        self._next = step
        moment = f"{step.at:%Y-%m-%d %H:%M} UTC" if step.at else "the books change"
        workflow.set_current_details(f"Next: **{step.kind}** when {moment}. {step.why}")
        if step.at is None or step.at > workflow.now():
            self._alarm.set(step.at, f"{step.kind} at {moment}")
            await workflow.wait_condition(lambda: self._changed or self._alarm.has_rung)
        return not self._changed
