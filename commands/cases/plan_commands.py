"""Commands about payment plans and about what needs a second person."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

import typer

from commands import printing
from commands.cases.answers import By, Invoice, Json, Note, amount, day, done, installation_of
from commands.cases.plan_actions import PlanDone
from commands.cases.plan_rows import plan_row, state_of
from dunning.may import NotAllowed

# Beside the other commands, and a group of its own.
app = typer.Typer()
group = typer.Typer(help="Payment plans: instalments for some invoices of a customer.")

Plan = Annotated[str, typer.Argument(help="Plan, as `duncan plan list` shows it.")]


@group.command("propose")
def propose(
    context: typer.Context,
    customer: Annotated[str, typer.Argument(help="Customer number.")],
    invoices: Annotated[str, typer.Option(help="Invoice numbers, separated by commas.")],
    instalment: Annotated[list[str], typer.Option(help="DAY=AMOUNT, once for each.")],
    by: By,
    note: Note = "",
    json: Json = None,
) -> None:
    """Propose instalments for all that is open; within the policy's limits they stand at once."""
    named = [one.strip() for one in invoices.split(",") if one.strip()]
    parts = [_instalment(one) for one in instalment]
    actions = installation_of(context).plan_actions(by)
    _answer(context, actions.propose_plan(customer, named, parts, note), json)


@group.command("approve")
def approve(
    context: typer.Context,
    plan: Plan,
    by: By,
    note: Note = "",
    role: Annotated[str, typer.Option(help="The role you decide as; your own without.")] = "",
    json: Json = None,
) -> None:
    """Agree to a plan another person proposed."""
    actions = installation_of(context).plan_actions(by)
    _answer(context, actions.approve_plan(plan, note, role), json)


@group.command("decline")
def decline(context: typer.Context, plan: Plan, by: By, note: Note = "", json: Json = None) -> None:
    """Do not agree to a plan; its invoices keep their cadence."""
    _answer(context, installation_of(context).plan_actions(by).decline_plan(plan, note), json)


@group.command("cancel")
def cancel(
    context: typer.Context,
    plan: Plan,
    reason: Annotated[str, typer.Option(help="Why.")],
    by: By,
    json: Json = None,
) -> None:
    """End a plan before its time."""
    _answer(context, installation_of(context).plan_actions(by).cancel_plan(plan, reason), json)


@group.command("list")
def list_command(
    context: typer.Context,
    customer: Annotated[str, typer.Argument(help="Customer number.")],
    json: Json = None,
) -> None:
    """List a customer's plans, ended ones too."""
    with installation_of(context).wiring.ledger.reading() as books:
        plans = books.customer(customer).plans
    if printing.answer({"plans": [plan_row(one) for one in plans]}, json):
        return
    rows = [
        (one.plan, state_of(one), ", ".join(one.invoices), one.total, one.instalments[-1].on)
        for one in plans
    ]
    columns = ("plan", "state", "invoices", ">total", "until")
    printing.table(f"{len(plans)} payment plans", columns, rows)


@app.command("withdraw-promise")
def withdraw_promise(
    context: typer.Context,
    invoice: Invoice,
    reason: Annotated[str, typer.Option(help="Why it does not count.")],
    by: By,
    json: Json = None,
) -> None:
    """Take the latest promise back: it was never made, or was misread."""
    done(context, installation_of(context).actions(by).withdraw_promise(invoice, reason), json)


@app.command("propose-credit-hold")
def propose_credit_hold(
    context: typer.Context,
    invoice: Invoice,
    reason: Annotated[str, typer.Option(help="Why nothing more should be sold on credit.")],
    by: By,
    json: Json = None,
) -> None:
    """Ask for a credit hold; approved, it becomes a task, because Duncan never sets one."""
    actions = installation_of(context).actions(by)
    done(context, actions.propose_credit_hold(invoice, reason), json)


def _instalment(text: str) -> tuple[date, Decimal]:
    on, _, much = text.partition("=")
    part = amount(much)
    if part is None:
        raise NotAllowed(f"{text!r} is no instalment; write it as 2026-03-31=250.00.")
    return day(on), part


def _answer(context: typer.Context, result: PlanDone, json: str | None) -> None:
    plan = result.plan
    left = installation_of(context).tell_engine(len(plan.invoices))
    if printing.answer({"customer": result.customer} | plan_row(plan), json):
        return
    printing.say(
        f"Plan {plan.plan}: {state_of(plan)}, {plan.total} for {', '.join(plan.invoices)}."
    )
    if left:
        printing.complain(left)
