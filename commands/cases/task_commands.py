"""Commands about people's work: the list of tasks, approvals, and finishing a task."""

from __future__ import annotations

from typing import Annotated

import typer

from commands import printing
from commands.cases.answers import By, Invoice, Json, Note, done, installation_of
from commands.cases.proposal_actions import PROPOSABLE
from commands.installation import Installation
from dunning.may import NotAllowed
from ledger.tasks import invoices_of_task, open_tasks

app = typer.Typer()

_LETTER = "letter"
What = Annotated[str, typer.Option("--what", help=f"{_LETTER}, {', '.join(PROPOSABLE)}.")]


@app.command("tasks")
def tasks_command(
    context: typer.Context,
    role: Annotated[str, typer.Option(help="Only this role's.")] = "",
    json: Json = None,
) -> None:
    """List the open tasks for people, oldest first."""
    with installation_of(context).wiring.ledger.reading() as books:
        found = open_tasks(books.connection, role)
    answer = {"tasks": [task._asdict() for task in found]}
    if printing.answer(answer, json):
        return
    rows = [
        (f"{one.opened_at:%Y-%m-%d}", one.what, one.role, one.customer, one.invoices, one.task)
        for one in found
    ]
    columns = ("since", "what", "role", "customer", ">invoices", "task")
    printing.table(f"{len(found)} open tasks", columns, rows)


@app.command("finish")
def finish_command(
    context: typer.Context,
    task: Annotated[str, typer.Argument(help="Task, as `duncan tasks` lists it.")],
    outcome: Annotated[str, typer.Option(help="What came of it.")],
    by: By,
    note: Note = "",
    json: Json = None,
) -> None:
    """Finish a task with its outcome, for every invoice it is about."""
    installation = installation_of(context)
    with installation.wiring.ledger.reading() as books:
        about = invoices_of_task(books.connection, task)
    if not about:
        raise NotAllowed(f"There is no task {task}.")
    actions = installation.task_actions(by)
    done(context, actions.close_task(about[0], task, outcome, note), json)


@app.command()
def approve(
    context: typer.Context,
    invoice: Invoice,
    by: By,
    what: What = "",
    role: Annotated[str, typer.Option("--role", help="Role of who approves, for limits.")] = "",
    note: Note = "",
    json: Json = None,
) -> None:
    """Approve what waits for approval: a letter, or what another person proposed."""
    installation = installation_of(context)
    if _is_letter(installation, invoice, what):
        done(context, installation.task_actions(by).approve(invoice, note), json)
    else:
        actions = installation.actions(by)
        done(context, actions.approve_proposal(invoice, what, role, note), json)


@app.command()
def decline(
    context: typer.Context,
    invoice: Invoice,
    by: By,
    what: What = "",
    note: Note = "",
    json: Json = None,
) -> None:
    """Do not approve what waits for approval; the cadence goes on, after a letter's step."""
    installation = installation_of(context)
    if _is_letter(installation, invoice, what):
        done(context, installation.task_actions(by).decline(invoice, note), json)
    else:
        done(context, installation.actions(by).decline_proposal(invoice, what, note), json)


def _is_letter(installation: Installation, invoice: str, what: str) -> bool:
    """Whether a letter is meant: said so, or nothing but a letter waits."""
    if what:
        return what == _LETTER
    with installation.wiring.ledger.reading() as books:
        case = books.case(invoice)
    return not any(not one.outcome for one in case.proposals)
