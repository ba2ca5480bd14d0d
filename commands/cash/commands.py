"""Commands of cash application: the worklist, and what people decide about payments."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from activities.open_items_file import formula_safe
from commands import printing
from commands.cases.answers import By, Json, Note, amount, installation_of
from commands.cash.actions import CashActions, Posted
from commands.cash.checks import Target
from commands.cash.listing import (
    FLAT,
    alias_rows,
    cash_worklist,
    explain,
    flat_rows,
    found_payment,
    outlook,
)
from commands.installation import Installation
from dunning.dispute import REASONS
from dunning.may import NotAllowed
from worker import utc_now

group = typer.Typer(
    invoke_without_command=True, help="Payments that wait for people; apply, accept, undo."
)
Payment = Annotated[str, typer.Argument(help="Payment number, as duncan cash shows it.")]
_SHOWN = 50
_MOST = 100_000


@group.callback()
def cash_group(context: typer.Context) -> None:
    """List payments that wait for people, when nothing else is asked."""
    if context.invoked_subcommand is None:
        list_command(context)


@group.command("list")
def list_command(
    context: typer.Context,
    most: Annotated[int, typer.Option(help="At most so many.", min=1, max=_MOST)] = _SHOWN,
    csv_file: Annotated[str, typer.Option("--csv", help="Write it to this .csv file.")] = "",
    json: Json = None,
) -> None:
    """List payments with money left, oldest first, with what they may be for."""
    wiring = installation_of(context).wiring
    with wiring.ledger.reading() as books:
        found = cash_worklist(books, wiring.planner.policies.cash, utc_now().date(), most)
    if csv_file:
        _write_csv(Path(csv_file), found)
    if printing.answer(found, json) or csv_file:
        return
    rows = [
        (
            *(one[name] for name in ("payment", "date", "payer")),
            f"{one['left']} {one['currency']}",
            one["reference"],
            outlook(one),
        )
        for one in found["payments"]
    ]
    columns = ("payment", "date", "payer", ">left", "reference", "proposals (score)")
    printing.table(f"{len(rows)} payments wait", columns, rows)
    for currency, total in found["totals"].items():
        printing.say(f"Unapplied: {total} {currency}.")
    if found["more"]:
        printing.say(f"There may be more; these are the oldest {most} (--most).")


@group.command("explain")
def explain_command(context: typer.Context, payment: Payment, json: Json = None) -> None:
    """Say what a payment paid and why, what it has left and what that may be for."""
    wiring = installation_of(context).wiring
    with wiring.ledger.reading() as books:
        told = found_payment(books, payment)
        if told is None:
            raise NotAllowed(f"There is no payment {payment} in the books.")
        found = explain(books, wiring.planner.policies.cash, told, utc_now().date())
    if not printing.answer(found, json):
        _print_explained(found)


@group.command("apply")
def apply_command(
    context: typer.Context,
    payment: Payment,
    to: Annotated[list[str], typer.Option(help="INVOICE or INVOICE=AMOUNT; several times.")],
    by: By,
    residual: Annotated[
        str, typer.Option(help=f"Why the last one is paid short: {', '.join(REASONS)}")
    ] = "",
    note: Note = "",
    json: Json = None,
) -> None:
    """Apply a payment to these invoices."""
    targets = [_target(one) for one in to]
    actions = _actions(installation_of(context), by)
    _done(context, actions.apply(payment, targets, residual, note), json)


@group.command("accept")
def accept_command(
    context: typer.Context,
    payment: Payment,
    by: By,
    proposal: Annotated[int, typer.Option(help="Its number in the worklist.", min=1)] = 1,
    json: Json = None,
) -> None:
    """Apply a payment as proposed."""
    _done(context, _actions(installation_of(context), by).accept(payment, proposal), json)


@group.command("on-account")
def on_account_command(
    context: typer.Context,
    payment: Payment,
    customer: Annotated[str, typer.Option(help="Whose money it is.")],
    by: By,
    note: Note = "",
    json: Json = None,
) -> None:
    """Keep what a payment has left for a customer."""
    actions = _actions(installation_of(context), by)
    _done(context, actions.on_account(payment, customer, note), json)


@group.command("undo")
def undo_command(
    context: typer.Context,
    application: Annotated[str, typer.Argument(help="INVOICE#NUMBER, or a payment on account.")],
    by: By,
    reason: Annotated[str, typer.Option(help="Why.")],
    json: Json = None,
) -> None:
    """Undo an application, or take a payment off a customer's account."""
    _done(context, _actions(installation_of(context), by).undo(application, reason), json)


@group.command("learn")
def learn_command(
    context: typer.Context,
    payment: Payment,
    customer: Annotated[str, typer.Option(help="The customer the payer pays for.")],
    by: By,
    json: Json = None,
) -> None:
    """Remember that whoever made a payment pays for a customer."""
    said = _actions(installation_of(context), by).learn_payer(payment, customer)
    if not printing.answer({"payment": payment, "customer": customer, "done": said}, json):
        printing.say(said)


@group.command("forget")
def forget_command(
    context: typer.Context,
    payer: Annotated[str, typer.Argument(help="The payer, as duncan cash aliases shows it.")],
    by: By,
    reason: Annotated[str, typer.Option(help="Why.")],
    json: Json = None,
) -> None:
    """Forget whom a payer pays for."""
    _actions(installation_of(context), by).forget_payer(payer, reason)
    if not printing.answer({"payer": payer, "forgotten": True}, json):
        printing.say("Forgotten; the payer's next payment waits for a person.")


@group.command("aliases")
def aliases_command(context: typer.Context, json: Json = None) -> None:
    """List the payers that are remembered."""
    with installation_of(context).wiring.ledger.reading() as books:
        rows = alias_rows(books)
    if printing.answer({"aliases": rows}, json):
        return
    columns = ("payer", "who", "pays for", "learnt from", "at (UTC)")
    table = [(r["payer"], r["shown"], r["customer"], r["by"], r["at"][:16]) for r in rows]
    printing.table(f"{len(rows)} payers", columns, table)


def _actions(installation: Installation, by: str) -> CashActions:
    wiring = installation.wiring
    return CashActions(wiring.ledger, wiring.planner, by, utc_now())


def _target(text: str) -> Target:
    """``I-1`` or ``I-1=25.00``. Raises NotAllowed."""
    invoice, mark, written = text.rpartition("=")
    if not mark:
        return Target(text)
    wanted = amount(written)
    if wanted is None or wanted <= Decimal(0):
        raise NotAllowed(f"{text!r} names no amount; write INVOICE=1250.00.")
    return Target(invoice, wanted)


def _done(context: typer.Context, posted: Posted, json: str | None) -> None:
    left = installation_of(context).tell_engine()
    answer = {
        "payment": posted.payment,
        "left": str(posted.left.major),
        "currency": posted.left.currency,
        "invoices": [
            {"invoice": case.invoice, "balance": str(case.balance.major)} for case in posted.cases
        ],
        "learnt": posted.learnt,
    }
    if not printing.answer(answer, json):
        printing.say(posted.said or f"Payment {posted.payment} has {posted.left} left.")
        for case in () if posted.said else posted.cases[:_SHOWN]:
            printing.say(f"  Invoice {case.invoice}: open {case.balance}.")
        if posted.learnt:
            printing.say(posted.learnt)
    if left:
        printing.complain(left)


def _print_explained(found: dict[str, Any]) -> None:
    printing.say(
        f"Payment {found['payment']} of {found['date']}: {found['amount']} {found['currency']}"
        f" from {found['payer'] or 'an unnamed payer'}, {found['left']} left: {found['why']}."
    )
    for text in filter(None, (found["reference"], found["structured"], *found["texts"])):
        printing.say(f"  Text: {text}")
    applied = [
        (a["application"], a["amount"], a["kept_back"] or "", a["rule"], a["score"], a["why"])
        for a in found["applications"]
    ]
    if applied:
        columns = ("application", ">amount", ">kept back", "rule", ">score", "why")
        printing.table("Applied", columns, applied)
    proposed = [
        (p["number"], " ".join(i["invoice"] for i in p["invoices"]), p["score"], p["why"])
        for p in found["proposals"]
    ]
    if proposed:
        printing.table("Proposals", (">#", "invoices", ">score", "why"), proposed)


def _write_csv(path: Path, found: dict[str, Any]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(FLAT)
        writer.writerows([formula_safe(cell) for cell in row] for row in flat_rows(found))
