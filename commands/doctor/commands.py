"""Commands that look before anything happens: simulate a policy, ask the doctor."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from commands import printing
from commands.cases.answers import Json, installation_of, optional_day
from commands.doctor.finding import DoctorContext
from commands.doctor.going_live import print_steps
from commands.installation import Installation, run
from commands.mailroom.classify import classify
from commands.simulation.simulation import AS_ASSIGNED, simulate
from dunning.may import NotAllowed
from engine import EngineAway, connect
from worker import utc_now

app = typer.Typer()


@app.command("simulate")
def simulate_command(
    context: typer.Context,
    policy: Annotated[str, typer.Option(help="A policy's name, or as assigned.")] = AS_ASSIGNED,
    against: Annotated[str, typer.Option(help="Another policy to compare with.")] = "",
    as_of: Annotated[str, typer.Option(help="Day to start from; today without it.")] = "",
    days: Annotated[int, typer.Option(help="How many days.")] = 30,
    json: Json = None,
) -> None:
    """Say who would get what and when; nothing is sent or written."""
    wiring, start = installation_of(context).wiring, optional_day(as_of)
    moment = datetime.combine(start, time(0), UTC) if start else utc_now()
    with printing.progress("simulating", None) as bar:

        def progress(done: int, total: int) -> None:
            bar.update(bar.task_ids[0], completed=done, total=total)

        answer = simulate(wiring.ledger, wiring.planner, policy, against, moment, days, progress)
    if not printing.answer(answer, json):
        _print_simulation(answer, moment)


@app.command("classify")
def classify_command(
    file: Annotated[Path, typer.Argument(help="Messages, one JSON object a line.")],
    json: Json = None,
) -> None:
    """Read customers' messages without touching the books: one JSON answer a line."""
    try:
        is_clean = classify(file, json)
    except OSError as error:
        raise NotAllowed(f"{file} cannot be read: {error.strerror or error}.") from None
    if not is_clean:
        raise typer.Exit(1)


@app.command("doctor")
def doctor_command(
    context: typer.Context,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what is safe to mend.")] = False,
    json: Json = None,
) -> None:
    """Compare books, workflows, messages and settings; say what is wrong."""
    answer = run(_diagnose(installation_of(context), repair=repair))
    if not printing.answer(answer, json):
        for check in answer["checks"]:
            mark = "mended" if check["repaired"] else "ok" if check["ok"] else "wrong"
            printing.say(f"{mark:>7}  {check['id']:<12} {check['detail']}")
        print_steps(answer["going_live"])
    if not answer["ok"]:
        if not repair:
            printing.complain("Not everything is in order; --repair mends what is safe.")
        raise typer.Exit(1)


async def _diagnose(installation: Installation, *, repair: bool) -> dict[str, Any]:
    # Its checks load the providers' cryptography, which no other command waits for.
    from commands.doctor.examination import diagnose  # noqa: PLC0415

    settings = installation.settings
    try:
        client = await connect(settings)
    except EngineAway as away:
        return await diagnose(DoctorContext(settings, utc_now(), away=str(away)), repair=repair)
    return await diagnose(DoctorContext(settings, utc_now(), client), repair=repair)


def _print_simulation(answer: dict[str, Any], start: datetime) -> None:
    touches, end = answer["touches"], start + timedelta(days=answer["days"])
    customers = len({touch["customer"] for touch in touches})
    title = (
        f"{len(touches)} messages to {customers} customers"
        f" from {start:%Y-%m-%d} to {end:%Y-%m-%d} under {answer['policy']}"
    )
    kinds = Counter((one["level"], one["letter"], one["channel"]) for one in touches)
    rows = [(*kind, count) for kind, count in sorted(kinds.items())]
    printing.table(title, (">level", "letter", "channel", ">messages"), rows)
    printing.table("A day", ("date", ">messages"), list(answer["per_day"].items()))
    codes = Counter(one["code"] for one in answer["withheld"])
    reasons = [(count, code) for code, count in codes.most_common()]
    printing.table(f"{len(answer['withheld'])} steps not sent", (">times", "code"), reasons)
    if answer["diff"]:
        sides = [(name, len(rows)) for name, rows in answer["diff"].items() if _is_list(rows)]
        printing.table("Difference", ("only under", ">messages"), sides)


def _is_list(value: object) -> bool:
    return isinstance(value, list)
