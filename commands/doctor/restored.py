"""The doctor's check of restored books: what went out since is recorded before anything else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sqlalchemy import select

from activities.gateways.chosen import choose
from activities.gateways.outbox import OutboxGateway
from activities.letters import Letters
from commands.audit.engine_account import Account, without_facts
from commands.audit.engine_records import Run, list_runs, read_runs
from commands.doctor.finding import DoctorContext, Finding, counted, some_of
from commands.restoring.marking import mark_restored, restored_stops
from commands.restoring.reconciling import Reconciliation
from commands.why.records import records
from ledger.tables import CaseRow, table

CASE = table(CaseRow)
DUNCAN = "duncan"
# So many histories are read in a minute or two.
MOST = 2_000
UNMARKED = "the engine saw messages go out that the books do not have: they are of an earlier hour"


async def restored(ctx: DoctorContext) -> Finding:
    """Whether the books are of an earlier hour; if nobody said so, everything is stopped at once.

    Only the marked ones are compared whole: of others, those cases whose letter should be out.
    """
    stopped, told = await asyncio.to_thread(_state, ctx)
    if not stopped:
        lost = await _lost(ctx)
        if not lost:
            return Finding(ok=True, detail="Nothing went out that the books do not have.")
        await asyncio.to_thread(
            ctx.ledger.transact, lambda books: mark_restored(books, DUNCAN, ctx.now, UNMARKED)
        )
        count = counted(len(lost), "invoice")
        told = f"{UNMARKED} ({count}: {some_of(lost)}). Nothing goes out now"
    elif not told:
        detail = "The restored books are reconciled: two people have to release each channel."
        return Finding(ok=True, detail=detail)

    async def mend() -> None:
        await _reconciliation(ctx).run()

    detail = f"{told[:1].upper()}{told[1:]}: what went out since has to be found and recorded."
    return Finding(ok=False, detail=detail, mend=mend)


def _state(ctx: DoctorContext) -> tuple[bool, str]:
    """Whether the books are marked as restored, and why; empty once they are reconciled."""
    with ctx.ledger.reading() as books:
        stops = restored_stops(books)
    open_stops = [stop for stop in stops if stop.reconciled_at is None]
    return bool(stops), open_stops[0].why if open_stops else ""


async def _lost(ctx: DoctorContext) -> Sequence[str]:
    """Open cases whose letter should be out by the books, and is out by the engine."""
    late = await asyncio.to_thread(_late, ctx)
    if not late or ctx.client is None:
        return ()
    listed = await list_runs(ctx.client, ctx.clock)
    asked = {name: runs for name, runs in listed.items() if name in late}
    found = []
    async for invoice, runs in read_runs(ctx.client, ctx.clock, asked, lambda _: None):
        if await asyncio.to_thread(_is_ahead, ctx, invoice, runs):
            found.append(invoice)
    return found


def _is_ahead(ctx: DoctorContext, invoice: str, runs: Sequence[Run]) -> bool:
    """Whether the engine completed a send that the facts asked for and know nothing of."""
    assert ctx.planner is not None, "policies were looked at before"
    with ctx.ledger.reading() as books:
        known = records(books, ctx.planner, invoice)
    account = Account(known, tuple(runs), ctx.now, ctx.now)
    sends = (one for one in account.activities if one.name == "send_touch")
    return any(one.outcome == "completed" and without_facts(account, one) for one in sends)


def _late(ctx: DoctorContext) -> set[str]:
    query = select(CASE.c.invoice).where(
        CASE.c.closed_on.is_(None),
        CASE.c.next_kind.in_(("send_touch", "send_invoice")),
        CASE.c.next_at < ctx.now,
    )
    # After a long outage everything is late; what the books have lost was due lately.
    query = query.order_by(CASE.c.next_at.desc()).limit(MOST)
    with ctx.ledger.reading() as books:
        return set(books.connection.execute(query).scalars())


def _reconciliation(ctx: DoctorContext) -> Reconciliation:
    assert ctx.client is not None, "Temporal was asked before"
    assert ctx.planner is not None, "policies were looked at before"
    outbox = OutboxGateway(ctx.ledger, ctx.settings.outbox_folder)
    gateways = ctx.gateways or choose(ctx.settings, outbox)
    letters = Letters(ctx.settings.letters)
    return Reconciliation(
        ctx.ledger, ctx.planner, letters, gateways, ctx.client, ctx.now, ctx.clock
    )
