"""Commands about disputes: open, work on, give up money, resolve, list, report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from commands import printing
from commands.acting import Done
from commands.cases.answers import (
    By,
    Invoice,
    Json,
    Note,
    Role,
    Sum,
    amount,
    day,
    done,
    installation_of,
)
from commands.cases.evidence import read_evidence
from commands.disputes.actions import OWNERS
from commands.disputes.report import dispute_report
from dunning.dispute import OUTCOMES, REASONS
from dunning.money import Money
from ledger.disputes import ListedDispute, open_disputes
from worker import utc_now

# Of one dispute, beside the other commands; and a group of its own for the rest.
app = typer.Typer()
group = typer.Typer(help="Work on disputes: who has to find out, how long it takes, what it costs.")

Dispute = Annotated[str, typer.Argument(help="Dispute, as `duncan disputes list` shows it.")]
Credit = Annotated[str, typer.Option("--credit", help="Amount; all that is disputed without.")]


@app.command()
def dispute(
    context: typer.Context,
    invoice: Invoice,
    reason: Annotated[str, typer.Option(help=", ".join(REASONS))],
    by: By,
    sum_: Sum = "",
    again: Annotated[bool, typer.Option("--again", help="On a ground raised before.")] = False,
    note: Note = "",
    json: Json = None,
) -> None:
    """Open a dispute; the disputed part is held, the rest keeps its cadence."""
    actions = installation_of(context).actions(by)
    opened = actions.dispute(invoice, reason, amount(sum_), note, again=again)
    done(context, opened, json)


@app.command()
def resolve(
    context: typer.Context,
    dispute: Dispute,
    outcome: Annotated[str, typer.Option(help=", ".join(OUTCOMES))],
    by: By,
    credit: Credit = "",
    role: Role = "associate",
    note: Note = "",
    json: Json = None,
) -> None:
    """End a dispute; giving up more than the role may asks another person for approval first."""
    actions = installation_of(context).actions(by)
    ended = actions.resolve(dispute, outcome, note, credit=amount(credit), role=role)
    done(context, ended, json)
    _say_undecided(ended, dispute, json)


@group.command("list")
def list_command(
    context: typer.Context,
    owner: Annotated[str, typer.Option(help="Only this owner's.")] = "",
    json: Json = None,
) -> None:
    """List the open disputes, oldest first."""
    with installation_of(context).wiring.ledger.reading() as books:
        found = open_disputes(books.connection, owner)
    if printing.answer({"disputes": [_listed(one) for one in found]}, json):
        return
    rows = [
        (one.dispute, f"{one.opened_at:%Y-%m-%d}", one.reason, one.owner, _state(one), _held(one))
        for one in found
    ]
    columns = ("dispute", "since", "reason", "owner", "state", ">held")
    printing.table(f"{len(found)} open disputes", columns, rows)


@group.command()
def report(
    context: typer.Context,
    first: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.")],
    last: Annotated[str, typer.Option("--to", help="Last day, YYYY-MM-DD.")],
    json: Json = None,
) -> None:
    """Say how long disputes took and what is open by owner."""
    wiring = installation_of(context).wiring
    with wiring.ledger.reading() as books:
        answer = dispute_report(books, wiring.planner, day(first), day(last), utc_now())
    if printing.answer(answer, json):
        return
    rows = [
        (reason, figures["count"], *(_spread(figures[name]) for name in _TIMES))
        for reason, figures in [*answer["by_reason"].items(), ("all", answer["cycle_times"])]
    ]
    columns = ("reason", ">resolved", *(f">{name.replace('_', ' ')}" for name in _TIMES))
    printing.table("Days from raised to resolved, median / P90", columns, rows)
    owned = [
        (one["owner"], one["open"], one["escalated"], one["oldest_days"], _sums(one["held"]))
        for one in answer["open"]
    ]
    printing.table("Open", ("owner", ">open", ">escalated", ">oldest, days", ">held"), owned)


@group.command()
def acknowledge(
    context: typer.Context, dispute: Dispute, by: By, note: Note = "", json: Json = None
) -> None:
    """Say that the owner has seen it and works on it."""
    actions = installation_of(context).actions(by)
    done(context, actions.acknowledge_dispute(dispute, note), json)


@group.command()
def assign(
    context: typer.Context,
    dispute: Dispute,
    to: Annotated[str, typer.Option(help=", ".join(OWNERS))],
    by: By,
    note: Note = "",
    json: Json = None,
) -> None:
    """Give it to another role; the service level goes on."""
    done(context, installation_of(context).actions(by).assign_dispute(dispute, to, note), json)


@group.command("wait-for")
def wait_for(
    context: typer.Context,
    dispute: Dispute,
    on: Annotated[Literal["customer", "owner"], typer.Argument(help="Who has to answer.")],
    by: By,
    note: Note = "",
    json: Json = None,
) -> None:
    """Wait for the customer, whose time does not count, or for the owner again."""
    done(context, installation_of(context).actions(by).wait_for(dispute, on, note), json)


@group.command()
def evidence(
    context: typer.Context,
    dispute: Dispute,
    file: Annotated[Path, typer.Argument(help="Delivery note, photograph, contract …")],
    by: By,
    note: Note = "",
    json: Json = None,
) -> None:
    """Keep a copy of a file with it."""
    installation = installation_of(context)
    folder = installation.settings.evidence_folder
    actions, content = installation.actions(by), read_evidence(file)
    done(context, actions.add_evidence(dispute, file.name, content, folder, note), json)


@group.command()
def propose(
    context: typer.Context,
    dispute: Dispute,
    by: By,
    credit: Credit = "",
    role: Role = "associate",
    note: Note = "",
    json: Json = None,
) -> None:
    """Give up money: at once within the limit of the role, else after another's approval."""
    actions = installation_of(context).actions(by)
    proposed = actions.propose_credit(dispute, amount(credit), role, note)
    done(context, proposed, json)
    _say_undecided(proposed, dispute, json)


@group.command()
def approve(
    context: typer.Context,
    dispute: Dispute,
    by: By,
    role: Annotated[str, typer.Option(help="Your role; the one that was asked without.")] = "",
    note: Note = "",
    json: Json = None,
) -> None:
    """Agree to a credit that another person proposed; that resolves the dispute."""
    done(context, installation_of(context).actions(by).approve_credit(dispute, role, note), json)


@group.command()
def decline(
    context: typer.Context, dispute: Dispute, by: By, note: Note = "", json: Json = None
) -> None:
    """Do not give a proposed credit; the dispute is its owner's again."""
    done(context, installation_of(context).actions(by).decline_credit(dispute, note), json)


_TIMES = ("calendar_days", "business_days", "waiting_business_days", "working_business_days")


def _say_undecided(result: Done, dispute: str, json: str | None) -> None:
    """Nothing is given up yet: say who has to agree."""
    waiting = [one.undecided for one in result.case.disputes if one.dispute == dispute]
    for proposal in filter(None, waiting if json is None else ()):
        role = proposal.role.replace("_", " ")
        printing.say(f"A credit of {proposal.amount} waits for approval by the {role}.")


def _listed(one: ListedDispute) -> dict[str, object]:
    return {
        "dispute": one.dispute,
        "invoice": one.invoice,
        "customer": one.customer,
        "reason": one.reason,
        "owner": one.owner,
        "waiting_on": one.waiting_on,
        "escalated": one.escalated,
        "currency": one.currency,
        "amount": str(Money(one.amount_minor, one.currency).major),
        "held": str(Money(one.held_minor, one.currency).major),
        "opened_at": one.opened_at.isoformat(),
    }


def _state(one: ListedDispute) -> str:
    return ", ".join([f"waits for {one.waiting_on}", *(["escalated"] if one.escalated else [])])


def _held(one: ListedDispute) -> str:
    return str(Money(one.held_minor, one.currency))


def _spread(figures: dict[str, float] | None) -> str:
    return f"{figures['median']:g} / {figures['p90']:g}" if figures else "–"


def _sums(held: dict[str, str]) -> str:
    return ", ".join(f"{sum_} {currency}" for currency, sum_ in held.items())
