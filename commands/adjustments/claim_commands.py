"""Commands about interest and fixed sums: what may be claimed, and what becomes of a claim."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import select

from commands import printing
from commands.adjustments.claim_actions import ClaimActions
from commands.adjustments.commands import done_and_said
from commands.adjustments.interest_answer import interest_answer, interest_table
from commands.cases.answers import By, Invoice, Json, amount, day, done, installation_of, named
from commands.reports.csv_file import write_csv
from commands.reports.table import made_by
from ledger.books import Books
from ledger.tables import CaseRow, FactRow, table
from worker import utc_now

app = typer.Typer()
group = typer.Typer(help="Claims beside an invoice: raise, waive, mark as paid, withdraw, list.")

CASE, FACT = table(CaseRow), table(FactRow)
Claim = Annotated[str, typer.Argument(help="Claim, as `duncan claims list` shows it.")]
Reason = Annotated[str, typer.Option(help="Why.")]
_RAISED, _PREFIX = "claim_raised", len("invoice:")


@app.command()
def interest(
    context: typer.Context,
    invoice: Annotated[str, typer.Argument(help="Invoice number.")] = "",
    customer: Annotated[str, typer.Option(help="All overdue invoices of a customer.")] = "",
    as_of: Annotated[str, typer.Option("--as-of", help="Day, YYYY-MM-DD; today without.")] = "",
    csv: Annotated[Path | None, typer.Option(help="Write the lines to this file.")] = None,
    json: Json = None,
) -> None:
    """Compute what the law lets you claim for late payment; nothing is recorded."""
    wiring, now = installation_of(context).wiring, utc_now()
    actions = ClaimActions(wiring.ledger, wiring.planner, "", now)
    until = day(as_of) if as_of else now.date()
    with wiring.ledger.reading() as books:
        if not customer:
            books.case(named(invoice))
        numbers = _overdue(books, customer, until) if customer else [invoice]
        answer = interest_answer(books, actions, numbers, until)
    if csv:
        write_csv(made_by(interest_table(answer), "", now), csv)
    if not printing.answer(answer, json):
        _print(answer)


@group.command("raise")
def raise_command(
    context: typer.Context,
    invoice: Invoice,
    by: By,
    as_of: Annotated[str, typer.Option("--as-of", help="Day, YYYY-MM-DD; today without.")] = "",
    json: Json = None,
) -> None:
    """Raise what may be claimed of an invoice; it is a line beside it and can be waived."""
    until = day(as_of) if as_of else utc_now().date()
    done(context, _actions(context, by).raise_claims(invoice, until), json)


@group.command("waive")
def waive(
    context: typer.Context,
    invoice: Invoice,
    claim: Claim,
    reason: Reason,
    by: By,
    json: Json = None,
) -> None:
    """Give a claim up; above the policy's limit another person has to approve it."""
    done_and_said(context, _actions(context, by).waive(invoice, claim, reason), json)


@group.command("paid")
def paid(
    context: typer.Context,
    invoice: Invoice,
    claim: Claim,
    by: By,
    on: Annotated[str, typer.Option("--on", help="Day of the payment, YYYY-MM-DD.")],
    sum_: Annotated[str, typer.Option("--amount", help="Amount; all of it without.")] = "",
    reference: Annotated[str, typer.Option(help="The bank's reference.")] = "",
    json: Json = None,
) -> None:
    """Record that the customer paid a claim."""
    actions = _actions(context, by)
    done(context, actions.claim_paid(invoice, claim, amount(sum_), day(on), reference), json)


@group.command("withdraw")
def withdraw(
    context: typer.Context,
    invoice: Invoice,
    claim: Claim,
    reason: Reason,
    by: By,
    json: Json = None,
) -> None:
    """Withdraw a claim that was wrong."""
    done(context, _actions(context, by).withdraw_claim(invoice, claim, reason), json)


@group.command("list")
def list_command(
    context: typer.Context,
    open_: Annotated[bool, typer.Option("--open", help="Only what is still asked for.")] = False,
    json: Json = None,
) -> None:
    """List the claims that were raised, with what became of them."""
    with installation_of(context).wiring.ledger.reading() as books:
        rows = claim_rows(books, only_open=open_)
    if printing.answer({"claims": rows}, json):
        return
    shown = [tuple(row.values()) for row in rows]
    columns = "claim invoice customer what currency >amount >open state from to country law"
    printing.table(f"{len(rows)} claims", columns.split(), shown)


def claim_rows(books: Books, *, only_open: bool = False) -> list[dict[str, Any]]:
    """Every claim that was raised, by invoice; amounts in major units."""
    streams = select(FACT.c.stream).where(FACT.c.kind == _RAISED).distinct().order_by("stream")
    invoices = [one[_PREFIX:] for one in books.connection.execute(streams).scalars()]
    return [
        {
            "claim": one.name,
            "invoice": case.invoice,
            "customer": case.customer,
            "what": one.raised.what,
            "currency": one.paid.currency,
            "amount": str(one.raised.amount.major),
            "open": str(one.open.major),
            "state": one.outcome or ("open" if one.open.minor else "paid"),
            "from": str(one.raised.first),
            "to": str(one.raised.until),
            "country": one.raised.country,
            "law": one.raised.law,
        }
        for case in books.cases(invoices).values()
        for one in case.claims
        if one.open.minor or not only_open
    ]


def _overdue(books: Books, customer: str, until: date) -> list[str]:
    query = select(CASE.c.invoice).where(CASE.c.customer == customer, CASE.c.due_date < until)
    return list(books.connection.execute(query.order_by("invoice")).scalars())


def _actions(context: typer.Context, by: str) -> ClaimActions:
    wiring = installation_of(context).wiring
    return ClaimActions(wiring.ledger, wiring.planner, by, utc_now())


def _print(answer: dict[str, Any]) -> None:
    rows = [_line(one, line) for one in answer["claims"] for line in one["lines"]]
    columns = "invoice claim from to >days >principal rate >exact currency".split()
    printing.table(f"Interest as of {answer['as_of']}", columns, rows)
    for one in answer["claims"]:
        printing.say(
            f"Invoice {one['invoice']}: {one['what']} {one['amount']} {one['currency']}"
            f" ({one['law']}, {one['country']}, {one['debtor']} debtor)."
        )
    for line in sorted({row["remark"] for one in answer["claims"] for row in one["lines"]} - {""}):
        printing.say(f"A rate used here is {line}.")
    for one in answer["refused"]:
        printing.complain(f"Invoice {one['invoice']}: {one['reason']}")
    sums = ", ".join(f"{amount} {currency}" for currency, amount in answer["totals"].items())
    printing.say(f"In all {sums or 'nothing'}. This is a claim beside the invoices, not posted.")


def _line(one: dict[str, Any], line: dict[str, Any]) -> tuple[object, ...]:
    days = (line["from"], line["to"], line["days"], line["principal"])
    rate = f"{line['rate']} % {line['source']}"
    return one["invoice"], one["what"], *days, rate, line["exact"], one["currency"]
