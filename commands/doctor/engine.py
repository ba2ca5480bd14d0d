"""The doctor's checks of the engine: it answers, it was told everything, it follows every case."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from commands.doctor.finding import DoctorContext, Finding, counted, some_of
from commands.restoring.memory import whose_else
from commands.sending.relay import AT_ONCE, Relay
from dunning.dispute import invoice_of_dispute
from ledger.disputes import followed_disputes
from ledger.doorbells import Doorbell, ring, waiting
from ledger.tables import CaseRow, table
from workflows.contract import (
    DISPUTE_WORKFLOW,
    INVOICE_WORKFLOW,
    dispute_of,
    dispute_workflow_id,
    invoice_of,
    workflow_id,
)

CASE = table(CaseRow)
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


async def namespace(ctx: DoctorContext) -> Finding:
    """Whether the namespace belongs to these books."""
    assert ctx.client is not None, "Temporal was asked before"
    if others := await whose_else(ctx.client, ctx.ledger):
        return Finding(ok=False, detail=others)
    return Finding(ok=True, detail="The namespace belongs to no other books.")


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
    if relay and await whose_else(relay.client, ctx.ledger):
        relay = None

    async def answer() -> None:
        assert relay is not None, "only a relay answers doorbells"
        await relay.answer_all(ctx.now)

    count = counted(len(left), "workflow was", "workflows were")
    named = some_of(sorted(bell.invoice for bell in left))
    detail = f"{count} not told of what changed: {named}."
    return Finding(ok=False, detail=detail, mend=answer if relay else None)


@dataclass(frozen=True)
class Kind:
    """One kind of workflows: its type, how ids and names go together, how findings are worded."""

    workflow: str
    workflow_id: Callable[[str], str]
    name_of: Callable[[str], str]
    missing: tuple[str, str]
    needless: tuple[str, str]
    strange: tuple[str, str]

    @property
    def query(self) -> str:
        """Those of this kind that run."""
        return f'WorkflowType="{self.workflow}" AND ExecutionStatus="Running"'


CASES = Kind(
    INVOICE_WORKFLOW,
    workflow_id,
    invoice_of,
    ("open case has no workflow", "open cases have no workflow"),
    ("workflow follows a closed case", "workflows follow closed cases"),
    ("workflow follows an unknown invoice", "workflows follow unknown ones"),
)
DISPUTES = Kind(
    DISPUTE_WORKFLOW,
    dispute_workflow_id,
    dispute_of,
    ("dispute has no workflow", "disputes have no workflow"),
    ("workflow follows an ended dispute", "workflows follow ended disputes"),
    ("workflow follows an unknown dispute", "workflows follow unknown disputes"),
)


@dataclass(frozen=True)
class Followed:
    """What is open and nothing follows; workflows of what has ended, and of what is unknown."""

    kind: Kind
    missing: tuple[str, ...]
    needless: tuple[str, ...]
    strange: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What is wrong, in one sentence; empty when nothing is."""
        parts = (
            (self.missing, self.kind.missing),
            (self.needless, self.kind.needless),
            (self.strange, self.kind.strange),
        )
        said = [
            f"{counted(len(who), one, many)} ({some_of(who)})" for who, (one, many) in parts if who
        ]
        return "; ".join(said)


async def workflows(ctx: DoctorContext) -> Finding:
    """Whether a workflow follows all that is open and nothing else; delayed ones count."""
    client, relay = ctx.client, ctx.relay
    assert client is not None, "without Temporal there is nothing to compare"
    found = [await _followed(ctx, client, kind) for kind in (CASES, DISPUTES)]
    wrong = [one.sentence for one in found if one.sentence]
    if wrong:

        async def mend() -> None:
            await _mend(ctx, client, relay, found)

        return Finding(ok=False, detail=f"{'; '.join(wrong)}.", mend=mend)
    return Finding(
        ok=True, detail="A workflow follows every open case and dispute, and no closed one."
    )


async def _followed(ctx: DoctorContext, client: Client, kind: Kind) -> Followed:
    listed = {kind.name_of(one.id) async for one in client.list_workflows(kind.query)}
    # Read after the list: a case is in the books before its workflow starts.
    known = await asyncio.to_thread(_known, ctx, kind)
    told = {bell.invoice for bell in await asyncio.to_thread(_bells, ctx)}
    if kind is DISPUTES:
        told = {name for name in (*known, *listed) if invoice_of_dispute(name) in told}
    is_open = {name for name, still_open in known.items() if still_open}
    missing = await _confirmed(client, kind, is_open - listed - told, running=False)
    others = await _confirmed(client, kind, listed - is_open - told, running=True)
    return Followed(
        kind,
        missing=tuple(missing),
        needless=tuple(name for name in others if name in known),
        strange=tuple(name for name in others if name not in known),
    )


def _known(ctx: DoctorContext, kind: Kind) -> dict[str, bool]:
    """Every invoice or dispute, and whether a workflow has to follow it."""
    with ctx.ledger.reading() as books:
        if kind is DISPUTES:
            return followed_disputes(books.connection)
        rows = books.connection.execute(select(CASE.c.invoice, CASE.c.closed_on)).all()
    return {row.invoice: row.closed_on is None for row in rows}


def _bells(ctx: DoctorContext) -> Sequence[Doorbell]:
    with ctx.ledger.reading() as books:
        return waiting(books.connection, ALL)


async def _confirmed(
    client: Client, kind: Kind, suspects: Iterable[str], *, running: bool
) -> list[str]:
    """Those whose workflow really is running, or really is not."""
    named = sorted(suspects)
    if len(named) > ASKED_ONE_BY_ONE:
        return named
    at_once = asyncio.Semaphore(AT_ONCE)

    async def ask(name: str) -> bool:
        async with at_once:
            return await _is_running(client, kind.workflow_id(name))

    states = await asyncio.gather(*(ask(name) for name in named))
    return [name for name, runs in zip(named, states, strict=True) if runs is running]


async def _is_running(client: Client, workflow: str) -> bool:
    try:
        described = await client.get_workflow_handle(workflow).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return described.status is WorkflowExecutionStatus.RUNNING


async def _mend(
    ctx: DoctorContext, client: Client, relay: Relay | None, found: Sequence[Followed]
) -> None:
    """Start what is missing, end what follows nothing open; what is unknown is left alone."""
    cases, disputes = found
    # The doorbell of an invoice starts the workflows of its disputes too.
    missing = sorted({*cases.missing, *map(invoice_of_dispute, disputes.missing)})
    if missing and relay:
        await asyncio.to_thread(
            ctx.ledger.transact, lambda books: ring(books.connection, missing, opening=True)
        )
        await relay.answer_all(ctx.now)
    for one in found:
        await _end(ctx, client, one)


async def _end(ctx: DoctorContext, client: Client, found: Followed) -> None:
    for name in found.needless:
        await client.get_workflow_handle(found.kind.workflow_id(name)).cancel()
    waited, left = timedelta(0), list(found.needless)
    while left and waited < ctx.patience:
        await asyncio.sleep(LOOK_AGAIN.total_seconds())
        waited += LOOK_AGAIN
        left = await _confirmed(client, found.kind, left, running=True)
