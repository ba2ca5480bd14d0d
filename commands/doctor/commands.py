"""Commands that look and change nothing: read messages, ask the doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from commands import printing
from commands.cases.answers import Json, installation_of
from commands.doctor.finding import DoctorContext
from commands.doctor.going_live import print_steps
from commands.installation import run
from commands.mailroom.classify import classify
from dunning.may import NotAllowed
from engine import EngineAway, connect
from settings import Settings
from worker import utc_now

app = typer.Typer()


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
    answer = run(examined(installation_of(context).settings, repair=repair))
    if not printing.answer(answer, json):
        for check in answer["checks"]:
            mark = "mended" if check["repaired"] else "ok" if check["ok"] else "wrong"
            printing.say(f"{mark:>7}  {check['id']:<12} {check['detail']}")
        print_steps(answer["going_live"])
    if not answer["ok"]:
        if not repair:
            printing.complain("Not everything is in order; --repair mends what is safe.")
        raise typer.Exit(1)


async def examined(settings: Settings, *, repair: bool) -> dict[str, Any]:
    """The answer of `duncan doctor --json`, with a connection to the engine of its own."""
    # Its checks load the providers' cryptography, which no other command waits for.
    from commands.doctor.examination import diagnose  # noqa: PLC0415

    try:
        client = await connect(settings)
    except EngineAway as away:
        return await diagnose(DoctorContext(settings, utc_now(), away=str(away)), repair=repair)
    return await diagnose(DoctorContext(settings, utc_now(), client), repair=repair)
