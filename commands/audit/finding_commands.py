"""`duncan findings`: what audits found, whose it is, and what became of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from commands import printing
from commands.audit.finding_actions import FindingActions
from commands.audit.finding_answers import (
    finding_answer,
    finding_row,
    findings_table,
    trend,
    trend_table,
)
from commands.cases.answers import By, Json, Note, installation_of, optional_day
from commands.reports.csv_file import write_csv
from commands.reports.table import made_by
from dunning.finding_life import OWNERS, STATES, KnownFinding
from dunning.may import NotAllowed
from ledger.books import Books
from ledger.findings import known_findings, listed_findings
from worker import utc_now

group = typer.Typer(help="What audits found, whose it is, and what became of it.")

Finding = Annotated[str, typer.Argument(help="Finding, as `duncan findings` lists it.")]
State = Annotated[list[str] | None, typer.Option("--state", help=", ".join(STATES))]
Csv = Annotated[Path | None, typer.Option("--csv", help="Write a table, and its control file.")]


@group.callback(invoke_without_command=True)
def findings(
    context: typer.Context,
    state: State = None,
    owner: Annotated[str, typer.Option(help="Only those of this role or person.")] = "",
    test: Annotated[str, typer.Option(help="Only those of this test, such as A04.")] = "",
    csv: Csv = None,
    json: Json = None,
) -> None:
    """List findings, the most urgent first."""
    if context.invoked_subcommand:
        return
    for one in state or []:
        if one not in STATES:
            raise NotAllowed(f"{one!r} is no state; use one of {', '.join(STATES)}.")
    now = utc_now()
    with installation_of(context).wiring.ledger.reading() as books:
        listed = listed_findings(books.connection, states=state or (), owner=owner, test=test)
        rows = _rows(books, [row["finding"] for row in listed], now.date())
    if csv:
        write_csv(made_by(findings_table(rows, now.date()), "", now), csv)
    if printing.answer({"findings": rows}, json):
        return
    _print_list(rows)


@group.command()
def show(context: typer.Context, finding: Finding, json: Json = None) -> None:
    """Show a finding with all that happened to it."""
    with installation_of(context).wiring.ledger.reading() as books:
        answer = finding_answer(books, finding, utc_now().date())
    _tell(answer, json)


@group.command()
def explain(
    context: typer.Context, finding: Finding, by: By, note: Note = "", json: Json = None
) -> None:
    """Say why it came to this."""
    _acted(context, _actions(context, by).explain(finding, note), json)


@group.command()
def remediate(
    context: typer.Context, finding: Finding, by: By, note: Note = "", json: Json = None
) -> None:
    """Say what was done about it."""
    _acted(context, _actions(context, by).remediate(finding, note), json)


@group.command()
def accept(
    context: typer.Context, finding: Finding, by: By, note: Note = "", json: Json = None
) -> None:
    """Accept what another person explained or remediated."""
    _acted(context, _actions(context, by).accept(finding, note), json)


@group.command()
def reopen(
    context: typer.Context, finding: Finding, by: By, note: Note = "", json: Json = None
) -> None:
    """Open a finding again."""
    _acted(context, _actions(context, by).reopen(finding, note), json)


@group.command()
def assign(
    context: typer.Context,
    finding: Finding,
    by: By,
    owner: Annotated[str, typer.Option(help=f"{', '.join(OWNERS)}, or a person.")] = "",
    due: Annotated[str, typer.Option(help="New day, YYYY-MM-DD.")] = "",
    note: Note = "",
    json: Json = None,
) -> None:
    """Give a finding another owner or another due date."""
    actions = _actions(context, by)
    _acted(context, actions.assign(finding, owner, optional_day(due), note), json)


@group.command("trend")
def trend_command(context: typer.Context, csv: Csv = None, json: Json = None) -> None:
    """Say by month how many were found, closed, open and overdue, and how long closing took."""
    now = utc_now()
    with installation_of(context).wiring.ledger.reading() as books:
        names = [row["finding"] for row in listed_findings(books.connection)]
        months = trend(list(known_findings(books, names).values()), now.date())
    if csv:
        write_csv(made_by(trend_table(months, now.date()), "", now), csv)
    if printing.answer({"months": months}, json):
        return
    columns = ("month", ">found", ">closed", ">open", ">overdue", ">mean days to close")
    printing.table("Findings by month", columns, [tuple(one.values()) for one in months])


def _rows(books: Books, names: list[str], today: date) -> list[dict[str, Any]]:
    known = known_findings(books, names)
    return [finding_row(known[name], today) for name in names]


def _actions(context: typer.Context, by: str) -> FindingActions:
    return FindingActions(installation_of(context).wiring.ledger, by, utc_now())


def _acted(context: typer.Context, known: KnownFinding, json: str | None) -> None:
    with installation_of(context).wiring.ledger.reading() as books:
        answer = finding_answer(books, known.found.finding, utc_now().date())
    _tell(answer, json)


def _tell(answer: dict[str, Any], json: str | None) -> None:
    if printing.answer(answer, json):
        return
    late = ", overdue" if answer["overdue"] else ""
    about = answer["invoice"] or answer["customer"] or "the books"
    printing.say(f"Finding {answer['finding']} ({answer['test']} {answer['code']}) of {about}")
    printing.say(f"  {answer['detail']}")
    whose = f"of {answer['owner']}, due {answer['due']}{late}"
    printing.say(f"  {answer['state']}, {answer['severity']}, {whose}")
    rows = [
        (one["at"][:16].replace("T", " "), one["kind"], one["by"], one.get("note", ""))
        for one in answer["facts"]
    ]
    printing.table("Life", ("at (UTC)", "what", "by", "note"), rows)


def _print_list(rows: list[dict[str, Any]]) -> None:
    if not rows:
        printing.say("There are no such findings. An audit keeps them with duncan audit --record.")
        return
    columns = ("id", "state", "severity", "owner", "due", "test", "about", "what")
    shown = [
        (
            one["finding"],
            one["state"],
            one["severity"],
            one["owner"],
            f"{one['due']} !" if one["overdue"] else one["due"],
            one["test"],
            one["invoice"] or one["customer"],
            one["detail"],
        )
        for one in rows
    ]
    printing.table("Findings (! is overdue)", columns, shown)
