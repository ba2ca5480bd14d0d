"""The command for statements of account."""

from __future__ import annotations

from typing import Annotated

import typer

from activities.documents.words import DocumentError
from commands import printing
from commands.cases.answers import Json, installation_of, optional_day
from commands.reports.as_closed import view_of
from commands.reports.commands import (
    AsOf,
    Csv,
    LateToo,
    Pdf,
    User,
    Xlsx,
    print_table,
    write_files,
)
from commands.reports.statement import (
    Statement,
    statement_answer,
    statement_document,
    statement_of,
    statement_table,
)
from commands.reports.statement_claims import with_claims
from dunning.may import NotAllowed
from worker import utc_now

app = typer.Typer()


@app.command("statement")
def statement_command(
    context: typer.Context,
    customer: Annotated[str, typer.Argument(help="Customer number.")],
    as_of: AsOf = "",
    entity: Annotated[str, typer.Option(help="Only what this entity of ours is owed.")] = "",
    claims: Annotated[
        bool | None, typer.Option(help="Interest and fees beside the balance; as the policy says.")
    ] = None,
    late_too: LateToo = False,
    csv: Csv = None,
    xlsx: Xlsx = None,
    pdf: Pdf = None,
    user: User = "",
    json: Json = None,
) -> None:
    """Print a customer's statement of account: open items, credits, unapplied cash, aging."""
    wiring, day = installation_of(context).wiring, optional_day(as_of) or utc_now().date()
    with wiring.ledger.reading() as books:
        view = view_of(wiring.planner.policies, late_too=late_too)
        bare = statement_of(books, customer, day, entity, view)
        statement = with_claims(books, wiring.planner.policies, bare, wanted=claims)
    if pdf:
        document = statement_document(statement, wiring.planner.policies)
        try:
            pdf.write_bytes(wiring.letters.documents.printer.statement_pdf(document))
        except DocumentError as error:
            raise NotAllowed(str(error)) from None
    write_files(lambda: statement_table(statement), day, user, csv, xlsx, None)
    if not printing.answer(statement_answer(statement), json):
        _print_statement(statement)


def _print_statement(statement: Statement) -> None:
    table = statement_table(statement)
    printing.say(f"{statement.customer.name} ({statement.customer.customer})")
    print_table(table)
    for name, value in table.control:
        printing.say(f"  {name}: {value}")
