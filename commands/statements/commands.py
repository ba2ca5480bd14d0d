"""`duncan statements`: send the statements of account of a month, and see what became of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Annotated, Any

import typer

from activities.statements import StatementAnswer
from commands import printing
from commands.cases.answers import By, Json, Note, installation_of, optional_day
from commands.reports.commands import Csv, User
from commands.reports.csv_file import write_csv
from commands.reports.table import Column, ReportTable, made_by
from commands.statements.actions import StatementActions
from commands.statements.job import statements_of
from dunning.may import NotAllowed
from dunning.period import Month
from worker import utc_now

group = typer.Typer(help="Statements of account: send those of a month.")
_COLUMNS = ("customer", "entity", "outcome", "code", "why")


@group.command("run")
def run_command(
    context: typer.Context,
    month: Annotated[str, typer.Option(help="As of the end of this month; last month's.")] = "",
    customer: Annotated[str, typer.Option(help="Only this customer's, policy or not.")] = "",
    csv: Csv = None,
    user: User = "",
    json: Json = None,
) -> None:
    """Send what policies ask for and was not sent yet; nobody gets a month's statement twice."""
    wiring, now = installation_of(context).wiring, utc_now()
    wanted = Month.parse(month) if month else Month.of(now.date()).before
    if now.date() <= wanted.last:
        raise NotAllowed(f"{wanted} is not over yet: its statements go out afterwards.")
    found = statements_of(wiring).run(wanted, now, customer, by_policy=not customer)
    rows = [_row(one) for one in found]
    if csv:
        write_csv(made_by(_table(wanted, rows), user, now), csv)
    counts = dict(sorted(Counter(one.outcome for one in found).items()))
    if printing.answer({"month": str(wanted), "counts": counts, "statements": rows}, json):
        return
    if not rows:
        printing.say(f"No policy asks for a statement of {wanted} today.")
        return
    printing.table(
        f"Statements of {wanted}", _COLUMNS, [[row[name] for name in _COLUMNS] for row in rows]
    )


@group.command("send")
def send_command(
    context: typer.Context,
    customer: Annotated[str, typer.Argument(help="Customer number.")],
    by: By,
    as_of: Annotated[str, typer.Option(help="At the end of this day; today without.")] = "",
    entity: Annotated[str | None, typer.Option(help="Only what this entity is owed.")] = None,
    note: Note = "",
    json: Json = None,
) -> None:
    """Have a customer's statement of account sent as soon as it may go, once."""
    actions, on = _actions(context, by), optional_day(as_of) or utc_now().date()
    said = actions.ask_statement(customer, on, entity, note)
    if not printing.answer({"customer": customer, "as_of": str(on), "said": said}, json):
        printing.say(said)


@group.command("cancel")
def cancel_command(
    context: typer.Context,
    customer: Annotated[str, typer.Argument(help="Customer number.")],
    by: By,
    as_of: Annotated[str, typer.Option(help="Of which day; today without.")] = "",
    entity: Annotated[str | None, typer.Option(help="Only what this entity is owed.")] = None,
    json: Json = None,
) -> None:
    """Take back a statement that was asked for and did not go out yet."""
    actions, on = _actions(context, by), optional_day(as_of) or utc_now().date()
    said = actions.cancel_statement(customer, on, entity)
    if not printing.answer({"customer": customer, "as_of": str(on), "said": said}, json):
        printing.say(said)


def _actions(context: typer.Context, by: str) -> StatementActions:
    wiring = installation_of(context).wiring
    return StatementActions(wiring.ledger, wiring.planner, by, utc_now())


def _row(one: StatementAnswer) -> dict[str, Any]:
    told = asdict(one)
    told.pop("due")
    return {"customer": one.due.customer, "entity": one.due.entity, **told}


def _table(month: Month, rows: list[dict[str, Any]]) -> ReportTable:
    columns = tuple(Column(name) for name in _COLUMNS)
    cells = [[str(row[name]) for name in _COLUMNS] for row in rows]
    return ReportTable(f"Statements of {month}", columns, cells, (("as of", str(month.last)),))
