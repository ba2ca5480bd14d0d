"""Commands that adjust a balance without cash, and those that decide on it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer

from commands import printing
from commands.acting import Done
from commands.adjustments.actions import AdjustmentActions
from commands.adjustments.listing import Listed, adjustments_of
from commands.cases.answers import (
    By,
    Invoice,
    Json,
    LeftOn,
    Note,
    Reason,
    Reference,
    Role,
    Sum,
    amount,
    day,
    done,
    installation_of,
)
from dunning.may import NotAllowed
from worker import utc_now

app = typer.Typer()
group = typer.Typer(help="Adjustments of balances: list, approve, decline, take back.")
refund = typer.Typer(help="Pay credits back: propose, approve, and record what the bank paid.")

Adjustment = Annotated[str, typer.Option("--adjustment", help="Which one, if several wait.")]
Number = Annotated[str, typer.Option("--number", help="Number of the document.")]


@app.command()
def credit(
    context: typer.Context,
    invoice: Invoice,
    reason: Reason,
    by: By,
    sum_: Sum = "",
    number: Number = "",
    json: Json = None,
) -> None:
    """Propose a credit note for an invoice; another person has to approve it."""
    done_and_said(
        context, _actions(context, by).credit(invoice, amount(sum_), reason, number), json
    )


@app.command()
def debit(
    context: typer.Context,
    invoice: Invoice,
    sum_: Annotated[str, typer.Option("--amount", help="Amount.")],
    reason: Reason,
    by: By,
    number: Number = "",
    json: Json = None,
) -> None:
    """Propose a debit note: the invoice owes more; another person has to approve it."""
    asked = _actions(context, by).debit(invoice, needed(sum_), reason, number)
    done_and_said(context, asked, json)


@app.command()
def transfer(
    context: typer.Context,
    invoice: Annotated[str, typer.Argument(help="Invoice with a credit.")],
    to: Annotated[str, typer.Option(help="Invoice that the credit pays.")],
    reason: Reason,
    by: By,
    sum_: Sum = "",
    json: Json = None,
) -> None:
    """Move a credit to another invoice; to another customer's only with an approval."""
    moved = _actions(context, by).transfer(invoice, to, amount(sum_), reason)
    done_and_said(context, moved, json)


@app.command("cancel-invoice")
def cancel_invoice(
    context: typer.Context, invoice: Invoice, reason: Reason, by: By, json: Json = None
) -> None:
    """Propose to cancel an invoice that should not exist; another person has to approve it."""
    done_and_said(context, _actions(context, by).cancel(invoice, reason), json)


@app.command()
def reopen(
    context: typer.Context, invoice: Invoice, reason: Reason, by: By, json: Json = None
) -> None:
    """Ask again for what was cancelled by mistake, or was written off."""
    done(context, _actions(context, by).reopen(invoice, reason), json)


@refund.command("propose")
def propose_refund(
    context: typer.Context,
    invoice: Annotated[str, typer.Argument(help="Invoice with a credit.")],
    reason: Reason,
    by: By,
    sum_: Sum = "",
    json: Json = None,
) -> None:
    """Propose to pay a credit back to the customer."""
    done_and_said(context, _actions(context, by).refund(invoice, amount(sum_), reason), json)


@refund.command("approve")
def approve_refund(
    context: typer.Context,
    invoice: Invoice,
    by: By,
    adjustment: Adjustment = "",
    role: Role = "",
    note: Note = "",
    json: Json = None,
) -> None:
    """Agree to a refund; it is paid afterwards."""
    actions = _actions(context, by)
    done(context, actions.approve_adjustment(invoice, adjustment, role, note), json)


@refund.command("paid")
def paid_refund(
    context: typer.Context,
    invoice: Invoice,
    adjustment: Annotated[str, typer.Option("--adjustment", help="The approved refund.")],
    on: LeftOn,
    reference: Reference,
    by: By,
    json: Json = None,
) -> None:
    """Record that an approved refund left the bank."""
    paid = _actions(context, by).refund_paid(invoice, adjustment, day(on), reference)
    done(context, paid, json)


@group.command("approve")
def approve(
    context: typer.Context,
    invoice: Invoice,
    by: By,
    adjustment: Adjustment = "",
    role: Role = "",
    note: Note = "",
    json: Json = None,
) -> None:
    """Agree to what another person proposed; it is done at once."""
    actions = _actions(context, by)
    done(context, actions.approve_adjustment(invoice, adjustment, role, note), json)


@group.command("decline")
def decline(
    context: typer.Context,
    invoice: Invoice,
    by: By,
    adjustment: Adjustment = "",
    note: Note = "",
    json: Json = None,
) -> None:
    """Do not agree; nothing changes."""
    done(context, _actions(context, by).decline_adjustment(invoice, adjustment, note), json)


@group.command("undo")
def undo(
    context: typer.Context,
    invoice: Invoice,
    adjustment: Annotated[str, typer.Argument(help="Adjustment, as the list shows it.")],
    reason: Reason,
    by: By,
    json: Json = None,
) -> None:
    """Take an adjustment back, whole."""
    done(context, _actions(context, by).undo_adjustment(invoice, adjustment, reason), json)


@group.command("list")
def list_command(
    context: typer.Context,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only what is undecided.")] = False,
    first: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last day, YYYY-MM-DD.")] = "",
    json: Json = None,
) -> None:
    """List adjustments and write-offs: what, how much, who asked, who decided."""
    start = day(first) if first else date.min
    end = day(last) if last else date.max
    with installation_of(context).wiring.ledger.reading() as books:
        found = adjustments_of(books, start, end, waiting=waiting)
    if printing.answer({"adjustments": [_row(one) for one in found]}, json):
        return
    rows = [tuple(_row(one).values()) for one in found]
    columns = "adjustment invoice customer what >amount currency state asked decided on reason"
    printing.table(f"{len(found)} adjustments", columns.split(), rows)


def _row(one: Listed) -> dict[str, Any]:
    return {
        "adjustment": one.adjustment,
        "invoice": one.invoice,
        "customer": one.customer,
        "what": one.what,
        "amount": str(one.amount.major),
        "currency": one.amount.currency,
        "state": one.state,
        "asked_by": one.asked_by,
        "decided_by": one.decided_by,
        "on": str(one.on),
        "reason": one.reason,
    }


def needed(text: str) -> Decimal:
    """An amount that has to be typed. Raises NotAllowed."""
    found = amount(text)
    if found is None:
        raise NotAllowed("Say how much with --amount.")
    return found


def _actions(context: typer.Context, by: str) -> AdjustmentActions:
    wiring = installation_of(context).wiring
    return AdjustmentActions(wiring.ledger, wiring.planner, by, utc_now())


def done_and_said(context: typer.Context, result: Done, json: str | None) -> None:
    """Answer with the case, and say who has to decide now."""
    done(context, result, json)
    waiting = [one for one in result.case.asked if not one.outcome]
    if waiting and json is None:
        one = waiting[-1]
        printing.say(f"{one.adjustment} waits for the {one.role}, who has to be another person.")
