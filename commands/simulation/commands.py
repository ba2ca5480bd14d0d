"""`duncan simulate`: who would get what and when under a policy, or under one against another."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from commands import printing
from commands.cases.answers import Json, installation_of, optional_day
from commands.simulation.chart import drawn
from commands.simulation.outcome import Outcome, Sums
from commands.simulation.page import compared, headline, page
from commands.simulation.shares import simulated_with
from commands.simulation.simulation import AS_ASSIGNED, Question, told_of
from dunning.may import NotAllowed
from worker import utc_now

app = typer.Typer()


@app.command("simulate")
def simulate_command(
    context: typer.Context,
    policy: Annotated[str, typer.Option(help="A policy's name, or as assigned.")] = AS_ASSIGNED,
    against: Annotated[str, typer.Option(help="Another policy to compare with.")] = "",
    as_of: Annotated[str, typer.Option(help="Day to start from; today without it.")] = "",
    days: Annotated[int, typer.Option(help="How many days.")] = 30,
    svg: Annotated[Path | None, typer.Option(help="A chart of days and levels, as SVG.")] = None,
    html: Annotated[Path | None, typer.Option(help="Chart and figures, as a page.")] = None,
    json: Json = None,
) -> None:
    """Say who would get what and when; nothing is sent or written."""
    installation, start = installation_of(context), optional_day(as_of)
    moment = datetime.combine(start, time(0), UTC) if start else utc_now()
    asked = Question(policy, against, moment, days)
    with printing.progress("simulating", None) as bar:

        def progress(done: int, total: int) -> None:
            bar.update(bar.task_ids[0], completed=done, total=total)

        outcome = simulated_with(
            installation.wiring,
            installation.settings,
            asked,
            progress,
            keeps_rows=json is not None,
        )
    _write(svg, drawn(asked, outcome.sums))
    _write(html, page(asked, outcome.sums))
    if json is None or not printing.answer(told_of(outcome, asked), json):
        _print_simulation(asked, outcome)


def _write(file: Path | None, text: str) -> None:
    if file is None:
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise NotAllowed(f"{file} cannot be written: {error.strerror or error}.") from None


def _print_simulation(asked: Question, outcome: Outcome) -> None:
    sides, names = outcome.sums, [f">{name}" for name in asked.names]
    printing.say(headline(asked, sides))
    kinds = sorted({kind for one in sides for kind in one.kinds})
    rows = [(*kind, *(one.kinds[kind] for one in sides)) for kind in kinds]
    printing.table("Messages", (">level", "letter", "channel", *names), rows)
    printing.table("A day", ("date", *names), _days(sides))
    codes = sorted({code for one in sides for code in one.withheld})
    reasons = [(code, *(one.withheld[code] for one in sides)) for code in codes]
    printing.table("Steps not sent", ("code", *names), reasons)
    totals = [(what, *counts) for what, counts in compared(sides)]
    printing.table("Together", ("figure", *names), totals)


def _days(sides: list[Sums]) -> list[tuple[object, ...]]:
    days = sorted({day for one in sides for day, _ in one.per_day})
    totals = [one.a_day() for one in sides]
    return [(day, *(total[day] for total in totals)) for day in days]
