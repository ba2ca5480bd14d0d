"""The relay: answers doorbells by starting, waking or releasing the workflows of invoices."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import OperationalError
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from activities.clock import EngineClock
from activities.planning import Planner
from dunning.case import Case
from dunning.steps import CloseCase, Step
from ledger.books import Books
from ledger.doorbells import Doorbell, answered, waiting
from ledger.ledger import Ledger
from settings import Settings
from worker import Wiring, running, utc_now
from workflows.contract import CASE_QUEUE, INVOICE_WORKFLOW, LEDGER_CHANGED, workflow_id

BATCH = 500
AT_ONCE = 50
IDLE = timedelta(milliseconds=200)
# The engine is away: look again soon, but do not hammer it.
AWAY = timedelta(seconds=5)
# A case that cannot be planned needs an engineer: look again, but let the others pass.
BROKEN = timedelta(minutes=5)
NOTHING = timedelta(0)
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


def relay_of(wiring: Wiring, client: Client) -> Relay:
    """The relay between an installation's books and an engine."""
    return Relay(client, wiring.ledger, wiring.planner, wiring.clock)


async def serve(client: Client, wiring: Wiring, settings: Settings) -> None:
    """Work until cancelled: follow cases, send, and answer doorbells."""
    async with running(client, wiring, settings):
        await relay_of(wiring, client).run(utc_now)


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
                pause = NOTHING if answered_now == BATCH else IDLE
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
        """Answer one batch; `now` is the engine's moment. Raises RPCError when it is away."""
        planned = await asyncio.to_thread(self._plan_waiting, now)
        at_once = asyncio.Semaphore(AT_ONCE)

        async def wake(bell: Doorbell, step: Step) -> None:
            async with at_once:
                await self._wake(bell, self.clock.to_engine(step), now)

        await asyncio.gather(*(wake(bell, step) for bell, step in planned))
        if planned:
            bells = [bell for bell, _ in planned]
            await asyncio.to_thread(
                self.ledger.transact, lambda books: answered(books.connection, bells)
            )
        return len(planned)

    def _plan_waiting(self, now: datetime) -> Sequence[tuple[Doorbell, Step]]:
        with self.ledger.reading() as books:
            bells = waiting(books.connection, BATCH, self.postponed.since(now))
        if not bells:
            return []
        moment = self.clock.books_time(now)
        try:
            return self.ledger.transact(lambda books: self._plan(books, bells, moment))
        except OperationalError:
            raise
        except Exception:  # noqa: BLE001 - one broken case must not keep all others waiting
            return [planned for bell in bells for planned in self._plan_alone(bell, moment, now)]

    def _plan_alone(
        self, bell: Doorbell, moment: datetime, now: datetime
    ) -> list[tuple[Doorbell, Step]]:
        try:
            return self.ledger.transact(lambda books: self._plan(books, [bell], moment))
        except Exception:  # noqa: BLE001 - logged whole, and tried again
            _log.exception("case_cannot_be_planned", invoice=bell.invoice)
            self.postponed.note(bell.invoice, now)
            return []

    def _plan(
        self, books: Books, bells: Sequence[Doorbell], now: datetime
    ) -> list[tuple[Doorbell, Step]]:
        books.lock_invoices([bell.invoice for bell in bells])
        cases = books.cases(bell.invoice for bell in bells)
        known: list[tuple[Doorbell, Case]] = [(bell, cases[bell.invoice]) for bell in bells]
        plans = self.planner.plan_all(books, [case for _, case in known], now)
        return [(bell, plan.step) for (bell, _), plan in zip(known, plans, strict=True)]

    async def _wake(self, bell: Doorbell, step: Step, now: datetime) -> None:
        if isinstance(step, CloseCase):
            await self._release(bell.invoice)
            return
        delay = max(step.at - now, NOTHING) if step.at else NOTHING
        # A case that was only opened needs no signal: it sleeps until its first moment without
        # costing the engine anything. Any other change also wakes one that sleeps.
        await self.client.start_workflow(
            INVOICE_WORKFLOW,
            bell.invoice,
            id=workflow_id(bell.invoice),
            task_queue=CASE_QUEUE,
            start_delay=delay or None,
            start_signal=None if bell.opening else LEDGER_CHANGED,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=(
                WorkflowIDConflictPolicy.USE_EXISTING
                if bell.opening
                else WorkflowIDConflictPolicy.UNSPECIFIED
            ),
            static_summary=f"invoice {bell.invoice}",
        )

    async def _release(self, invoice: str) -> None:
        """The books closed the case: its workflow ends without looking, which costs no action."""
        try:
            await self.client.get_workflow_handle(workflow_id(invoice)).cancel()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
