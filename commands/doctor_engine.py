"""The doctor's checks of the engine: it answers, it was told everything, it follows every case."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from commands.doctor_finding import DoctorContext, Finding, counted, some_of
from commands.relay import AT_ONCE, Relay
from ledger.doorbells import Doorbell, ring, waiting
from ledger.tables import CaseRow, table
from workflows.contract import INVOICE_WORKFLOW, invoice_of, workflow_id

CASE = table(CaseRow)
QUERY = f'WorkflowType="{INVOICE_WORKFLOW}" AND ExecutionStatus="Running"'
ANSWERS_WITHIN = timedelta(seconds=5)
LOOK_AGAIN = timedelta(milliseconds=200)
# The engine's list is a moment late. So many suspects are asked one by one; more are no accident.
ASKED_ONE_BY_ONE = 500
ALL = 1_000_000_000


async def temporal(ctx: DoctorContext) -> Finding:
    """Whether Temporal answers."""
    if ctx.client is None:
        return Finding(ok=False, detail=ctx.away)
    try:
        await ctx.client.service_client.check_health(timeout=ANSWERS_WITHIN)
    except RPCError as error:
        return Finding(ok=False, detail=f"Temporal does not answer: {error.message}.")
    return Finding(ok=True, detail=f"Temporal answers for namespace {ctx.client.namespace}.")


async def doorbells(ctx: DoctorContext) -> Finding:
    """Whether every workflow was told of what changed; what waits only briefly is no finding."""
    found = await asyncio.to_thread(_bells, ctx)
    left, waited = set(found), timedelta(0)
    while left and ctx.client and waited < ctx.patience:
        await asyncio.sleep(LOOK_AGAIN.total_seconds())
        waited += LOOK_AGAIN
        left &= set(await asyncio.to_thread(_bells, ctx))
    if not left:
        return Finding(ok=True, detail="Every workflow was told of what changed.")
    relay = ctx.relay

    async def answer() -> None:
        assert relay is not None, "only a relay answers doorbells"
        await relay.answer_all(ctx.now)

    count = counted(len(left), "workflow was", "workflows were")
    named = some_of(sorted(bell.invoice for bell in left))
    detail = f"{count} not told of what changed: {named}."
    return Finding(ok=False, detail=detail, mend=answer if relay else None)


@dataclass(frozen=True)
class Followed:
    """Open cases that nothing follows; workflows of closed cases, and of unknown invoices."""

    missing: tuple[str, ...]
    needless: tuple[str, ...]
    strange: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What is wrong, in one sentence; empty when nothing is."""
        parts = (
            (self.missing, "open case has no workflow", "open cases have no workflow"),
            (self.needless, "workflow follows a closed case", "workflows follow closed cases"),
            (self.strange, "workflow follows an unknown invoice", "workflows follow unknown ones"),
        )
        said = [
            f"{counted(len(who), one, many)} ({some_of(who)})" for who, one, many in parts if who
        ]
        return f"{'; '.join(said)}." if said else ""


async def workflows(ctx: DoctorContext) -> Finding:
    """Whether a workflow follows every open case and no closed one; delayed ones count."""
    client, relay = ctx.client, ctx.relay
    assert client is not None, "without Temporal there is nothing to compare"
    found = await _followed(ctx, client)
    if found.sentence:

        async def mend() -> None:
            await _mend(ctx, client, relay, found)

        return Finding(ok=False, detail=found.sentence, mend=mend)
    return Finding(ok=True, detail="A workflow follows every open case, and no closed one.")


async def _followed(ctx: DoctorContext, client: Client) -> Followed:
    listed = {invoice_of(one.id) async for one in client.list_workflows(QUERY)}
    # Read after the list: a case is in the books before its workflow starts.
    cases = await asyncio.to_thread(_cases, ctx)
    told = {bell.invoice for bell in await asyncio.to_thread(_bells, ctx)}
    is_open = {invoice for invoice, still_open in cases.items() if still_open}
    missing = await _confirmed(client, is_open - listed - told, running=False)
    others = await _confirmed(client, listed - is_open - told, running=True)
    return Followed(
        missing=tuple(missing),
        needless=tuple(invoice for invoice in others if invoice in cases),
        strange=tuple(invoice for invoice in others if invoice not in cases),
    )


def _cases(ctx: DoctorContext) -> dict[str, bool]:
    """Every invoice, and whether its case is open."""
    with ctx.ledger.reading() as books:
        rows = books.connection.execute(select(CASE.c.invoice, CASE.c.closed_on)).all()
    return {row.invoice: row.closed_on is None for row in rows}


def _bells(ctx: DoctorContext) -> Sequence[Doorbell]:
    with ctx.ledger.reading() as books:
        return waiting(books.connection, ALL)


async def _confirmed(client: Client, suspects: Iterable[str], *, running: bool) -> list[str]:
    """Those whose workflow really is running, or really is not."""
    named = sorted(suspects)
    if len(named) > ASKED_ONE_BY_ONE:
        return named
    at_once = asyncio.Semaphore(AT_ONCE)

    async def ask(invoice: str) -> bool:
        async with at_once:
            return await _is_running(client, invoice)

    states = await asyncio.gather(*(ask(invoice) for invoice in named))
    return [invoice for invoice, runs in zip(named, states, strict=True) if runs is running]


async def _is_running(client: Client, invoice: str) -> bool:
    try:
        described = await client.get_workflow_handle(workflow_id(invoice)).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return described.status is WorkflowExecutionStatus.RUNNING


async def _mend(ctx: DoctorContext, client: Client, relay: Relay | None, found: Followed) -> None:
    """Start what is missing, end what follows closed cases; unknown invoices are left alone."""
    if found.missing and relay:
        missing = list(found.missing)
        await asyncio.to_thread(
            ctx.ledger.transact, lambda books: ring(books.connection, missing, opening=True)
        )
        await relay.answer_all(ctx.now)
    for invoice in found.needless:
        await client.get_workflow_handle(workflow_id(invoice)).cancel()
    waited, left = timedelta(0), list(found.needless)
    while left and waited < ctx.patience:
        await asyncio.sleep(LOOK_AGAIN.total_seconds())
        waited += LOOK_AGAIN
        left = await _confirmed(client, left, running=True)
