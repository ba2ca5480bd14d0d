"""`duncan upkeep`: what is done by the calendar, when it ran last, and running it by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer
from temporalio.service import RPCError

from activities.reports import Reports
from activities.upkeep import UnknownJob, Upkeeping
from commands import printing
from commands.cases.answers import By, Json, installation_of
from commands.installation import Installation, run
from commands.upkeep.jobs import UPKEEP, Due, jobs_of
from commands.upkeep.schedules import runs_of
from dunning.may import NotAllowed
from engine import EngineAway, connect
from worker import utc_now

group = typer.Typer(help="What is done by the calendar.", no_args_is_help=True)


@group.command("list")
def list_command(context: typer.Context, json: Json = None) -> None:
    """List the jobs with their schedules, and when they ran last and run next."""
    rows, away = _told(installation_of(context))
    if printing.answer({"jobs": rows, "away": away}, json):
        return
    columns = ("job", "cron", "last run (UTC)", "next run (UTC)", "what")
    shown = [tuple(row[name] for name in ("job", "cron", "last", "next", "what")) for row in rows]
    printing.table("Upkeep", columns, shown)
    if away:
        printing.complain(away)


@group.command("run")
def run_command(
    context: typer.Context,
    job: Annotated[str, typer.Argument(help="Job, as `duncan upkeep list` shows it.")],
    json: Json = None,
) -> None:
    """Do a job now, as its schedule would; doing it again does nothing twice."""
    installation = installation_of(context)
    try:
        found = Upkeeping(jobs_of(installation.wiring, installation.settings)).job(job)
    except UnknownJob as unknown:
        raise NotAllowed(str(unknown)) from None
    said = found.run(utc_now())
    if not printing.answer({"job": job, "outcome": said}, json):
        printing.say(said)


@group.command("settle")
def settle_command(
    context: typer.Context,
    report: Annotated[str, typer.Argument(help="Report, as the job's answer names it.")],
    by: By,
    sent: Annotated[bool, typer.Option("--sent/--not-sent", help="Whether it came.")],
    json: Json = None,
) -> None:
    """Say whether a report came of which nobody knew; one that did not may be sent again."""
    wiring = installation_of(context).wiring
    creditor = wiring.planner.policies.entity("").creditor
    reports = Reports(wiring.ledger, wiring.gateways, creditor)
    reports.settle(report, by, utc_now(), sent=sent)
    said = f"Report {report} {'came' if sent else 'did not come'}."
    if not printing.answer({"report": report, "sent": sent, "outcome": said}, json):
        printing.say(said)


def _told(installation: Installation) -> tuple[list[dict[str, Any]], str]:
    """A row a job; without the engine, its runs are empty and the sentence says so."""
    try:
        return run(_asked(installation)), ""
    except (EngineAway, RPCError) as gone:
        why = str(gone) if isinstance(gone, EngineAway) else "Temporal did not answer."
        return [_row(job, None, None) for job in UPKEEP], f"{why} Runs are not known."


async def _asked(installation: Installation) -> list[dict[str, Any]]:
    client = await connect(installation.settings)
    rows = []
    for job in UPKEEP:
        ran = await runs_of(client, job.name)
        rows.append(_row(job, ran.last if ran else None, ran.next if ran else None))
    return rows


def _row(job: Due, last: datetime | None, following: datetime | None) -> dict[str, Any]:
    return {
        "job": job.name,
        "cron": job.cron,
        "last": f"{last:%Y-%m-%d %H:%M}" if last else None,
        "next": f"{following:%Y-%m-%d %H:%M}" if following else None,
        "what": job.title,
    }
