"""Whether upkeep is scheduled and done: the engine's schedules, and reports nobody knows about."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from temporalio.service import RPCError, RPCStatusCode

from activities.reports import last_report_fact
from commands.doctor.finding import DoctorContext, Finding, counted, some_of
from commands.upkeep.jobs import UPKEEP, Due
from commands.upkeep.schedules import Ran, keep_schedules, our_zone, runs_of
from dunning.report_facts import ReportUnknown
from ledger.tables import FactRow, table

FACT = table(FactRow)
# The engine may start a job a little late.
_LATE = timedelta(hours=6)


async def upkeep(ctx: DoctorContext) -> Finding:
    """Every job has a schedule that runs, and ran within its period; mending sets schedules up."""
    client, planner = ctx.client, ctx.planner
    assert client is not None, "without Temporal there is nothing to look at"
    missing, late = [], []
    for job in UPKEEP:
        try:
            ran = await runs_of(client, job.name)
        except RPCError as error:
            if error.status is RPCStatusCode.UNIMPLEMENTED:
                return Finding(ok=True, detail="This Temporal server has no schedules.")
            raise
        if ran is None:
            missing.append(job.name)
        elif _is_late(job, ran, ctx.now):
            late.append(job.name)
    if missing:

        async def mend() -> None:
            assert planner is not None, "the policies are in order when this is asked"
            await keep_schedules(client, our_zone(planner, ctx.now), UPKEEP)

        what = counted(len(missing), "job has", "jobs have")
        return Finding(ok=False, detail=f"{what} no schedule: {some_of(missing)}.", mend=mend)
    if late:
        what = counted(len(late), "job", "jobs")
        return Finding(ok=False, detail=f"{what} did not run when due: {some_of(late)}.")
    return _reports(ctx)


def _is_late(job: Due, ran: Ran, now: datetime) -> bool:
    return now - (ran.last or ran.since) > job.period + _LATE


def _reports(ctx: DoctorContext) -> Finding:
    """Reports of which nobody knows whether they went out."""
    with ctx.ledger.reading() as books:
        query = select(FACT.c.stream).where(FACT.c.kind == "report_unknown").distinct()
        named = [
            stream.partition(":")[2]
            for stream in books.connection.execute(query.order_by(FACT.c.stream)).scalars()
        ]
        unknown = [n for n in named if isinstance(last_report_fact(books, n), ReportUnknown)]
    if unknown:
        what = counted(len(unknown), "report")
        return Finding(
            ok=False,
            detail=f"Nobody knows whether {what} went out: {some_of(unknown)}."
            " Look into the mailbox, then use duncan upkeep settle.",
        )
    return Finding(ok=True, detail=f"{counted(len(UPKEEP), 'job')} of upkeep ran when due.")
