"""What every command shares: reading what people typed, and answering them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer

from commands import printing
from commands.acting import Done
from commands.cases.show import show
from commands.installation import Installation
from dunning.may import NotAllowed
from worker import utc_now

Invoice = Annotated[str, typer.Argument(help="Invoice number.")]
By = Annotated[str, typer.Option("--by", help="Who does it.")]
Note = Annotated[str, typer.Option("--note", help="A note for colleagues.")]
Reason = Annotated[str, typer.Option(help="Why.")]
Role = Annotated[str, typer.Option("--role", help="Role you act as, for the limits.")]
Sum = Annotated[str, typer.Option("--amount", help="Amount; all there is without.")]
LeftOn = Annotated[str, typer.Option("--on", help="Day it left the bank, YYYY-MM-DD.")]
Reference = Annotated[str, typer.Option(help="The bank's reference.")]
Json = Annotated[
    str | None,
    typer.Option("--json", metavar="[FILE]", help="Answer as JSON, to stdout or to a .json file."),
]


def installation_of(context: typer.Context) -> Installation:
    """The installation the command works on."""
    found = context.obj
    assert isinstance(found, Installation), "the command line hands its installation over"
    return found


def day(text: str) -> date:
    """A day as people type it. Raises NotAllowed."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotAllowed(f"{text!r} is no date; write it as 2026-03-31.") from None


def optional_day(text: str) -> date | None:
    """A day, or None where nothing was typed."""
    return day(text) if text else None


def amount(text: str) -> Decimal | None:
    """An amount in major units, or None where nothing was typed. Raises NotAllowed."""
    if not text:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        raise NotAllowed(f"{text!r} is no amount; write it as 1250.00.") from None


def named(invoice: str) -> str:
    """The invoice that was typed. Raises NotAllowed when there is neither it nor a customer."""
    if not invoice:
        raise NotAllowed("Name an invoice, or a customer with --customer.")
    return invoice


def done(context: typer.Context, result: Done, json: str | None) -> None:
    """Answer with the case after an action, and wake its workflow."""
    installation = installation_of(context)
    left = installation.tell_engine()
    wiring = installation.wiring
    with wiring.ledger.reading() as books:
        answer = show(books, wiring.planner, result.case.invoice, utc_now())
    if printing.answer(answer, json):
        return
    printing.say(f"Invoice {answer['invoice']}: {answer['stage']}, open {_owed(answer)}.")
    printing.say(next_line(answer["next"]))
    if left:
        printing.complain(left)


def done_for_customer(
    context: typer.Context, customer: str, invoices: int, json: str | None
) -> None:
    """Answer with how many open invoices an action on a customer concerns."""
    left = installation_of(context).tell_engine(invoices)
    if printing.answer({"customer": customer, "invoices": invoices}, json):
        return
    printing.say(f"Customer {customer}: {invoices} open invoices.")
    if left:
        printing.complain(left)


def told(context: typer.Context, answer: dict[str, Any], json: str | None) -> None:
    """Wake whom it concerns, and answer with what was done: its `outcome` is the sentence."""
    left = installation_of(context).tell_engine()
    if not printing.answer(answer, json):
        printing.say(answer["outcome"])
    if left:
        printing.complain(left)


def print_case(answer: dict[str, Any]) -> None:
    """A case for people."""
    printing.say(f"Invoice {answer['invoice']} of {answer['customer_name']} ({answer['customer']})")
    printing.say(
        f"  {answer['stage']}, level {answer['level']}, open {_owed(answer)}"
        f" of {answer['amount']}, due {answer['due_date']}"
    )
    policy = answer["policy"]
    printing.say(f"  policy {policy['name']} v{policy['version']} ({policy['rule']})")
    printing.say(f"  {next_line(answer['next'])}")
    rows = [
        (one["number"], one["at"][:16].replace("T", " "), one["kind"], one["by"], _details(one))
        for one in answer["facts"]
    ]
    printing.table("Facts", (">#", "at (UTC)", "what", "by", "details"), rows)


def next_line(step: dict[str, Any]) -> str:
    """What comes next, in one line."""
    moment = f" on {step['at'][:16].replace('T', ' ')} UTC" if step["at"] else ""
    return f"Next: {step['step'].replace('_', ' ')}{moment}: {step['why']}."


def _owed(answer: dict[str, Any]) -> str:
    return f"{answer['balance']} {answer['currency']}"


def _details(fact: dict[str, Any]) -> str:
    shown = {name: value for name, value in fact.items() if name not in _COLUMNS}
    return ", ".join(f"{name} {value}" for name, value in shown.items())


_COLUMNS = {"number", "kind", "at", "by", "invoice", "customer", "attempt"}
