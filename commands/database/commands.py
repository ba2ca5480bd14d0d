"""Commands about the database: upgrade it, and print the SQL of its roles."""

from __future__ import annotations

from typing import Annotated

import typer

from commands import printing
from commands.cases.answers import Json, installation_of
from ledger.database_roles import statements
from ledger.schema import NEWEST

group = typer.Typer(help="The database of the books.", no_args_is_help=True)


@group.command()
def upgrade(context: typer.Context, json: Json = None) -> None:
    """Bring the database to the version that this Duncan knows; as the owner of its tables."""
    # Opening the books upgrades them, whoever may.
    engine = installation_of(context).wiring.ledger.engine
    if not printing.answer({"version": NEWEST, "database": engine.dialect.name}, json):
        printing.say(f"The books are of version {NEWEST}.")


@group.command()
def roles(
    context: typer.Context,
    prefix: Annotated[str, typer.Option(help="What the roles' names begin with.")] = "duncan",
) -> None:
    """Print the SQL of roles for worker, console and auditor, each with no more than it needs."""
    ledger = installation_of(context).wiring.ledger
    with ledger.reading() as books:
        found = list(statements(books.connection, prefix))
    for one in found:
        typer.echo(f"{one};")
