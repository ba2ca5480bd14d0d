"""Commands about who does what: the ranked worklist, what came of a call, delegation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from commands import printing
from commands.cases.answers import By, Json, Note, amount, day, done, installation_of, optional_day
from commands.cases.call_actions import CALL_OUTCOMES, Call
from commands.cases.evidence_summary import as_markdown, evidence
from commands.cases.worklist import Work, worklist
from commands.people.delegating import DelegationActions
from dunning.dispute import REASONS
from worker import utc_now

app = typer.Typer()
_SHOWN = 50


@app.command("worklist")
def worklist_command(
    context: typer.Context,
    role: Annotated[str, typer.Option(help="Only this role's.")] = "",
    by: Annotated[str, typer.Option(help="Only what this person does, delegations included.")] = "",
    json: Json = None,
) -> None:
    """List what people have to do, the most urgent first, and why it is."""
    wiring = installation_of(context).wiring
    with wiring.ledger.reading() as books:
        found = worklist(books, wiring.planner, utc_now(), by or role)
    if printing.answer({"worklist": [_row(n, one) for n, one in enumerate(found, 1)]}, json):
        return
    rows = [
        (n, one.what, one.who, one.customer, one.amount, "; ".join(one.reasons), one.name)
        for n, one in enumerate(found[:_SHOWN], 1)
    ]
    columns = (">#", "what", "who", "customer", ">open", "why here", "task")
    printing.table(f"{len(found)} things to do", columns, rows)
    if len(found) > _SHOWN:
        printing.say(f"The first {_SHOWN} are shown; --json has them all.")


@app.command("call")
def call_command(
    context: typer.Context,
    task: Annotated[str, typer.Argument(help="The call, as `duncan worklist` shows it.")],
    outcome: Annotated[str, typer.Option(help=", ".join(CALL_OUTCOMES))],
    by: By,
    on: Annotated[str, typer.Option("--date", help="Promised day, YYYY-MM-DD.")] = "",
    sum_: Annotated[str, typer.Option("--amount", help="Promised or disputed amount.")] = "",
    reason: Annotated[str, typer.Option(help=f"Of a dispute: {', '.join(REASONS)}")] = "",
    invoice: Annotated[str, typer.Option(help="The invoice that was spoken of.")] = "",
    note: Note = "",
    json: Json = None,
) -> None:
    """Record what came of a call; what follows from it is done at once."""
    call = Call(outcome, note, optional_day(on), amount(sum_), reason, invoice)
    done(context, installation_of(context).call_actions(by).log_call(task, call), json)


@app.command("delegate")
def delegate_command(
    context: typer.Context,
    of: Annotated[str, typer.Argument(help="Role or person whose work it is.")],
    to: Annotated[str, typer.Option(help="Person who does it meanwhile.")],
    until: Annotated[str, typer.Option(help="Last day, YYYY-MM-DD.")],
    by: By,
    note: Note = "",
    json: Json = None,
) -> None:
    """Give the work of a role or an absent person to somebody else for a while."""
    wiring = installation_of(context).wiring
    actions = DelegationActions(wiring.ledger, wiring.planner, by, utc_now())
    actions.delegate(of, to, day(until), note)
    if not printing.answer({"of": of, "to": to, "until": until}, json):
        printing.say(f"Until {until}, {to} does the work of {of}.")


@app.command("evidence")
def evidence_command(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(help="Invoice or customer number.")],
    markdown: Annotated[str, typer.Option(help="Write it for people to this .md file.")] = "",
    json: Json = None,
) -> None:
    """Put together what whoever decides about a claim has to see."""
    wiring = installation_of(context).wiring
    with wiring.ledger.reading() as books:
        found = evidence(books, wiring.planner, subject, utc_now())
    if markdown:
        Path(markdown).write_text(as_markdown(found), encoding="utf-8")
    if not printing.answer(found, json) and not markdown:
        printing.say(as_markdown(found))


def _row(rank: int, one: Work) -> dict[str, Any]:
    return {
        "rank": rank,
        "kind": one.kind,
        "task": one.name,
        "what": one.what,
        "role": one.role,
        "who": one.who,
        "customer": one.customer,
        "customer_name": one.customer_name,
        "invoices": list(one.invoices),
        "amount": str(one.amount.major) if one.amount else None,
        "currency": one.amount.currency if one.amount else None,
        "days_overdue": one.days_overdue,
        "since": one.since.isoformat(),
        "due": str(one.due) if one.due else None,
        "late": one.late,
        "why": one.why,
        "score": str(one.score),
        "ranked_because": list(one.reasons),
    }
