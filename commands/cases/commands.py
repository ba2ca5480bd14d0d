"""Commands about one case: show, why, and what people do to it."""

from __future__ import annotations

from typing import Annotated

import typer

from commands import printing
from commands.acting import PAUSE_REASONS, ROLES
from commands.cases.answers import (
    By,
    Invoice,
    Json,
    Note,
    amount,
    day,
    done,
    done_for_customer,
    installation_of,
    named,
    optional_day,
    print_case,
)
from commands.cases.show import show
from commands.why.answer import told
from commands.why.why import why
from worker import utc_now

app = typer.Typer()

Role = Annotated[str, typer.Option("--role", help="Role of who does it, for the limits.")]


@app.command("show")
def show_command(context: typer.Context, invoice: Invoice, json: Json = None) -> None:
    """Show a case: facts, balance, level, what comes next, when and why."""
    wiring = installation_of(context).wiring
    with wiring.ledger.reading() as books:
        answer = show(books, wiring.planner, invoice, utc_now())
    if not printing.answer(answer, json):
        print_case(answer)


@app.command("why")
def why_command(
    context: typer.Context,
    invoice: Invoice,
    on: Annotated[str, typer.Option("--on", help="Day, YYYY-MM-DD.")] = "",
    json: Json = None,
) -> None:
    """Say why a message was sent or not on a day: past, today (without --on) or ahead."""
    wiring = installation_of(context).wiring
    with wiring.ledger.reading() as books:
        answer = told(why(books, wiring.planner, invoice, optional_day(on), utc_now()))
    if not printing.answer(answer, json):
        printing.say(answer["answer"])
        if answer["reconstructed"]:
            printing.say("(Reconstructed: the facts known by the end of that day say so.)")
        if answer["because"]:
            printing.say(f"The facts behind it, in the customer's time ({answer['zone']}):")
        for one in answer["because"]:
            printing.say(f"  {one['local']}  {one['sentence']}")


@app.command()
def pause(
    context: typer.Context,
    reason: Annotated[str, typer.Option(help=", ".join(PAUSE_REASONS))],
    by: By,
    invoice: Annotated[str, typer.Argument(help="Invoice number.")] = "",
    customer: Annotated[str, typer.Option(help="Pause a whole customer instead.")] = "",
    until: Annotated[str, typer.Option(help="Last day of the pause, YYYY-MM-DD.")] = "",
    note: Note = "",
    json: Json = None,
) -> None:
    """Stop the cadence of an invoice, or of a whole customer, for a while."""
    actions, end = installation_of(context).actions(by), optional_day(until)
    if customer:
        held = actions.pause_customer(customer, reason, end, note)
        done_for_customer(context, customer, held, json)
    else:
        done(context, actions.pause(named(invoice), reason, end, note), json)


@app.command()
def resume(
    context: typer.Context,
    by: By,
    invoice: Annotated[str, typer.Argument(help="Invoice number.")] = "",
    customer: Annotated[str, typer.Option(help="Resume a whole customer instead.")] = "",
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    note: Note = "",
    json: Json = None,
) -> None:
    """Lift a pause, promise or escalation; the cadence goes on at the next opening."""
    actions = installation_of(context).actions(by)
    if customer:
        woken = actions.resume_customer(customer, reason, note)
        done_for_customer(context, customer, woken, json)
    else:
        done(context, actions.resume(named(invoice), reason, note), json)


@app.command()
def escalate(
    context: typer.Context,
    invoice: Invoice,
    to: Annotated[str, typer.Option(help=", ".join(ROLES))],
    by: By,
    note: Note = "",
    json: Json = None,
) -> None:
    """Hand a case to a role; Duncan is silent until somebody resumes it."""
    done(context, installation_of(context).actions(by).escalate(invoice, to, note), json)


@app.command()
def promise(
    context: typer.Context,
    invoice: Invoice,
    on: Annotated[str, typer.Option("--date", help="Promised day, YYYY-MM-DD.")],
    by: By,
    sum_: Annotated[str, typer.Option("--amount", help="Amount; the balance without it.")] = "",
    note: Note = "",
    json: Json = None,
) -> None:
    """Record a promise to pay; beyond the policy's limits another person has to approve it."""
    actions = installation_of(context).actions(by)
    done(context, actions.promise(invoice, amount(sum_), day(on), note), json)


@app.command("write-off")
def write_off(
    context: typer.Context,
    invoice: Invoice,
    reason: Annotated[str, typer.Option(help="Why it is given up.")],
    by: By,
    waiver: Annotated[str, typer.Option(help="Why before the cadence is complete.")] = "",
    json: Json = None,
) -> None:
    """Give up what is open; above a small balance another person has to approve it first."""
    actions = installation_of(context).actions(by)
    done(context, actions.write_off(invoice, reason, waiver), json)


@app.command("hand-over")
def hand_over(
    context: typer.Context,
    invoice: Invoice,
    to: Annotated[str, typer.Option(help="Agency or lawyer who takes the claim over.")],
    by: By,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    role: Role = "associate",
    json: Json = None,
) -> None:
    """Hand the claim to an agency or lawyer; above the role's limit another person approves."""
    actions = installation_of(context).actions(by)
    done(context, actions.hand_over(invoice, to, reason, role), json)


@app.command("reverse-payment")
def reverse_payment(
    context: typer.Context,
    payment: Annotated[str, typer.Argument(help="Payment number, as imported.")],
    reason: Annotated[str, typer.Option(help="Why it was taken back.")],
    by: By,
    json: Json = None,
) -> None:
    """Take a bounced payment back; the invoice is open again and its case goes on."""
    actions = installation_of(context).actions(by)
    done(context, actions.reverse_payment(payment, reason), json)
