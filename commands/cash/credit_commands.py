"""Commands about credit that no invoice uses: refund it, transfer it, decide, take back, list."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from commands import printing
from commands.cases.answers import (
    By,
    Json,
    LeftOn,
    Note,
    Reason,
    Reference,
    Role,
    Sum,
    amount,
    day,
    installation_of,
)
from commands.cash.credit_actions import CreditActions
from commands.cash.credit_checks import Moved
from dunning.credit_moves import CreditMove
from ledger.credits import payments_with_moves
from worker import utc_now

group = typer.Typer(help="Credit that no invoice uses: refund, transfer, decide, take back, list.")

Payment = Annotated[str, typer.Argument(help="Payment or credit note that has money left.")]
Adjustment = Annotated[str, typer.Argument(help="Refund or transfer, such as P-1:m1.")]
Whose = Annotated[str, typer.Option(help="Whose money it is, where it is on no account.")]
_HEADS = "adjustment payment customer what to >amount currency state asked decided on reference"


@group.command("refund")
def refund(
    context: typer.Context,
    payment: Payment,
    reason: Reason,
    by: By,
    sum_: Sum = "",
    customer: Whose = "",
    json: Json = None,
) -> None:
    """Propose to pay back what a payment has left; another person has to approve it."""
    made = _actions(context, by).refund_credit(payment, amount(sum_), reason, customer)
    _done(context, made, json)


@group.command("transfer")
def transfer(
    context: typer.Context,
    payment: Payment,
    to: Annotated[str, typer.Option(help="Customer who gets the credit.")],
    reason: Reason,
    by: By,
    sum_: Sum = "",
    customer: Whose = "",
    json: Json = None,
) -> None:
    """Propose to put what a payment has left on another customer's account."""
    actions = _actions(context, by)
    _done(context, actions.transfer_credit(payment, to, amount(sum_), reason, customer), json)


@group.command("approve")
def approve(
    context: typer.Context,
    payment: Payment,
    by: By,
    role: Role = "",
    note: Note = "",
    json: Json = None,
) -> None:
    """Agree to a refund, which is paid afterwards, or to a transfer, which is done."""
    _done(context, _actions(context, by).approve_credit(payment, role, note), json)


@group.command("decline")
def decline(
    context: typer.Context, payment: Payment, by: By, note: Note = "", json: Json = None
) -> None:
    """Do not agree; nothing changes."""
    _done(context, _actions(context, by).decline_credit(payment, note), json)


@group.command("paid")
def paid(
    context: typer.Context,
    adjustment: Adjustment,
    on: LeftOn,
    reference: Reference,
    by: By,
    json: Json = None,
) -> None:
    """Record that an approved refund left the bank."""
    _done(context, _actions(context, by).credit_paid(adjustment, day(on), reference), json)


@group.command("take-back")
def take_back(
    context: typer.Context, adjustment: Adjustment, reason: Reason, by: By, json: Json = None
) -> None:
    """Take a transfer back, or cancel a refund that was not paid yet."""
    _done(context, _actions(context, by).undo_credit(adjustment, reason), json)


@group.command("list")
def list_command(
    context: typer.Context,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only what waits.")] = False,
    json: Json = None,
) -> None:
    """List refunds and transfers of credit that no invoice uses."""
    with installation_of(context).wiring.ledger.reading() as books:
        found = payments_with_moves(books)
    rows = [
        move_row(payment, one)
        for payment, several in found.items()
        for one in several
        if not waiting or one.state in ("proposed", "approved")
    ]
    if printing.answer({"moves": rows}, json):
        return
    shown = [tuple(value or "" for value in row.values()) for row in rows]
    printing.table(f"{len(rows)} refunds and transfers", _HEADS.split(), shown)


def move_row(payment: str, move: CreditMove) -> dict[str, Any]:
    """A refund or transfer as lists and answers show it; the amount in major units."""
    return {
        "adjustment": move.adjustment,
        "payment": payment,
        "customer": move.customer,
        "what": move.what,
        "to": move.to,
        "amount": str(move.amount.major),
        "currency": move.amount.currency,
        "state": move.state,
        "asked_by": move.by,
        "decided_by": move.decided_by,
        "on": str(move.on) if move.on else None,
        "reference": move.reference,
    }


def _actions(context: typer.Context, by: str) -> CreditActions:
    wiring = installation_of(context).wiring
    return CreditActions(wiring.ledger, wiring.planner, by, utc_now())


def _done(context: typer.Context, moved: Moved, json: str | None) -> None:
    left = installation_of(context).tell_engine()
    row = move_row(moved.payment, moved.move) | {"left": str(moved.left.major)}
    if not printing.answer(row, json):
        one = moved.move
        printing.say(f"{one.adjustment}, a {one.what} of {one.amount}: {one.state}.")
        if one.state == "proposed":
            printing.say(f"It waits for the {one.role}, who has to be another person.")
        printing.say(f"Payment {moved.payment} has {moved.left} left to use.")
    if left:
        printing.complain(left)
