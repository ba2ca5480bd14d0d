"""The relay: answers doorbells by starting, waking or releasing workflows of cases, disputes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from sqlalchemy.exc import OperationalError
from temporalio.client import Client
from temporalio.common import Priority, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from activities.clock import EngineClock
from activities.planning import Planner
from commands.policies.taking_effect import take_effect
from commands.sending.fault_log import traced
from commands.sending.turns import turn_of
from dunning.case import Case
from dunning.dispute_steps import CloseDispute, DisputeStep
from dunning.steps import CloseCase, Step
from ledger.books import Books
from ledger.doorbells import Doorbell, answered, waiting
from ledger.ledger import Ledger
from ledger.rows import chunks
from ledger.spans import span
from worker import Wiring
from workflows.contract import (
    CASE_QUEUE,
    DISPUTE_WORKFLOW,
    INVOICE_WORKFLOW,
    LEDGER_CHANGED,
    PLANNED,
    dispute_workflow_id,
    workflow_id,
)

BATCH = 500
# So many batches are read at once.
BATCHES = 4
AT_ONCE = 50
IDLE = timedelta(milliseconds=200)
# The engine is away: look again soon, but do not hammer it.
AWAY = timedelta(seconds=5)
# A case that cannot be planned needs an engineer: look again, but let the others pass.
BROKEN = timedelta(minutes=5)
NOTHING = timedelta(0)
A_DAY = timedelta(days=1)
_log = structlog.get_logger()


class Postponed:
    """Cases that could not be planned: their doorbells stay and are tried again after a while."""

    def __init__(self) -> None:
        self._since: dict[str, datetime] = {}

    def note(self, invoice: str, now: datetime) -> None:
        """Leave the invoice for a while."""
        self._since[invoice] = now

    def since(self, now: datetime) -> set[str]:
        """The invoices that are still left."""
        self._since = {who: at for who, at in self._since.items() if now - at < BROKEN}
        return set(self._since)


class Called(NamedTuple):
    """A workflow that a doorbell calls, and the step it will wait for."""

    bell: Doorbell
    workflow: str
    argument: str
    workflow_id: str
    step: Step | DisputeStep
    summary: str
    turn: Priority


def relay_of(wiring: Wiring, client: Client) -> Relay:
    """The relay between an installation's books and an engine."""
    return Relay(client, wiring.ledger, wiring.planner, wiring.clock)


@dataclass(frozen=True)
class Relay:
    """Brings the engine in line with the books. Answering a doorbell twice does no harm."""

    client: Client
    ledger: Ledger
    planner: Planner
    clock: EngineClock
    postponed: Postponed = field(default_factory=Postponed)

    async def run(self, now: Callable[[], datetime]) -> None:
        """Answer doorbells until cancelled, whatever is away or broken meanwhile."""
        while True:
            try:
                answered_now = await self.answer(now())
                pause = NOTHING if answered_now >= BATCH else IDLE
            except (RPCError, OperationalError) as error:
                _log.warning("relay_waits", error=type(error).__name__)
                pause = AWAY
            await asyncio.sleep(pause.total_seconds())

    async def answer_all(self, now: datetime) -> int:
        """Answer every doorbell there is; how many they were. Raises RPCError."""
        total = 0
        while answered_now := await self.answer(now):
            total += answered_now
        return total

    async def answer(self, now: datetime) -> int:
        """Answer what waits, a few batches at most; `now` is the engine's moment.

        How many doorbells they were. Raises RPCError when the engine is away.
        """
        bells = await asyncio.to_thread(self._waiting, now)
        planned: Sequence[Sequence[Called]] = ()
        count = 0
        for batch in [*chunks(bells, BATCH), []] if bells else []:
            # While the engine takes one batch, the next is planned.
            _, following = await asyncio.gather(
                self._wake_all(planned, now), asyncio.to_thread(self._plan_batch, batch, now)
            )
            count += len(planned)
            planned = following
        return count

    async def _wake_all(self, planned: Sequence[Sequence[Called]], now: datetime) -> None:
        at_once = asyncio.Semaphore(AT_ONCE)

        async def wake(called: Called) -> None:
            async with at_once:
                with span("Doorbell", called.bell.trace):
                    await self._wake(called, self.clock.to_engine(called.step), now)

        await asyncio.gather(*(wake(called) for one in planned for called in one))
        if planned:
            bells = [invoice.bell for invoice, *_ in planned]
            await asyncio.to_thread(
                self.ledger.transact, lambda books: answered(books.connection, bells)
            )

    def _waiting(self, now: datetime) -> Sequence[Doorbell]:
        if self.planner.versions:
            take_effect(self.ledger, self.planner.versions, self.clock.books_time(now))
        with self.ledger.reading() as books:
            return waiting(books.connection, BATCHES * BATCH, self.postponed.since(now))

    def _plan_batch(self, bells: Sequence[Doorbell], now: datetime) -> Sequence[Sequence[Called]]:
        if not bells:
            return []
        moment = self.clock.books_time(now)
        try:
            return self.ledger.transact(lambda books: self._plan(books, bells, moment))
        except OperationalError:
            raise
        except Exception:  # noqa: BLE001 - one broken case must not keep all others waiting
            return [planned for bell in bells for planned in self._plan_alone(bell, moment, now)]

    def _plan_alone(self, bell: Doorbell, moment: datetime, now: datetime) -> list[list[Called]]:
        try:
            return self.ledger.transact(lambda books: self._plan(books, [bell], moment))
        except Exception as error:  # noqa: BLE001 - logged, and tried again
            _log.error("case_cannot_be_planned", invoice=bell.invoice, fault=traced(error))
            self.postponed.note(bell.invoice, now)
            return []

    def _plan(self, books: Books, bells: Sequence[Doorbell], now: datetime) -> list[list[Called]]:
        """Whom each doorbell calls: the workflow of its invoice, then those of its disputes."""
        books.lock_invoices([bell.invoice for bell in bells])
        cases = books.cases(bell.invoice for bell in bells)
        known: list[tuple[Doorbell, Case]] = [(bell, cases[bell.invoice]) for bell in bells]
        plans = self.planner.plan_all(books, [case for _, case in known], now)
        return [
            [_invoice_called(bell, case, plan.step), *self._disputes_called(books, bell, case, now)]
            for (bell, case), plan in zip(known, plans, strict=True)
        ]

    def _disputes_called(
        self, books: Books, bell: Doorbell, case: Case, now: datetime
    ) -> Iterator[Called]:
        for dispute, step in self.planner.follow_disputes(books, case, now):
            ended_at = dispute.resolved_at
            # The workflow of one that ended long ago has noticed by itself.
            if ended_at is None or not isinstance(step, CloseDispute) or now - ended_at < A_DAY:
                name = dispute.dispute
                workflow = dispute_workflow_id(name)
                turn = turn_of(case.customer)
                yield Called(bell, DISPUTE_WORKFLOW, name, workflow, step, f"dispute {name}", turn)

    async def _wake(self, called: Called, step: Step | DisputeStep, now: datetime) -> None:
        if isinstance(step, CloseCase | CloseDispute):
            await self._release(called.workflow_id)
            return
        bell = called.bell
        delay = max(step.at - now, NOTHING) if step.at else NOTHING
        conflicts = WorkflowIDConflictPolicy
        # A case that was only opened needs no signal: it sleeps until its first moment without
        # costing the engine anything. Any other change also wakes one that sleeps.
        await self.client.start_workflow(
            called.workflow,
            called.argument,
            id=called.workflow_id,
            task_queue=CASE_QUEUE,
            start_delay=delay or None,
            start_signal=None if bell.opening else LEDGER_CHANGED,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=conflicts.USE_EXISTING if bell.opening else conflicts.UNSPECIFIED,
            memo={PLANNED: step} if bell.opening else None,
            static_summary=called.summary,
            priority=called.turn,
        )

    async def _release(self, workflow: str) -> None:
        """The books ended it: its workflow ends without looking, which costs no action."""
        try:
            await self.client.get_workflow_handle(workflow).cancel()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise


def _invoice_called(bell: Doorbell, case: Case, step: Step) -> Called:
    name, turn = bell.invoice, turn_of(case.customer)
    return Called(bell, INVOICE_WORKFLOW, name, workflow_id(name), step, f"invoice {name}", turn)
