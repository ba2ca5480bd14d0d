"""Commands about the database: upgrade it, and print the SQL of its roles."""

from __future__ import annotations

from typing import Annotated

import typer

from commands import printing
from commands.cases.answers import Json, installation_of
from dunning.may import NotAllowed
from ledger.database_roles import statements
from ledger.leftovers import compact as written_anew
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
def compact(context: typer.Context, json: Json = None) -> None:
    """Write the books' file anew, without what was erased or replaced in it."""
    engine = installation_of(context).wiring.ledger.engine
    if not written_anew(engine):
        raise NotAllowed("Somebody uses the books: stop Duncan first.")
    if not printing.answer({"compact": True, "database": engine.dialect.name}, json):
        printing.say("The books hold nothing but what is in them.")


@group.command()
def roles(
    context: typer.Context,
    prefix: Annotated[str, typer.Option(help="What the roles' names begin with.")] = "duncan",
    json: Json = None,
) -> None:
    """Print the SQL of roles for worker, console and auditor, each with no more than it needs."""
    ledger = installation_of(context).wiring.ledger
    with ledger.reading() as books:
        found = list(statements(books.connection, prefix))
    if not printing.answer({"prefix": prefix, "statements": found}, json):
        for one in found:
            typer.echo(f"{one};")
