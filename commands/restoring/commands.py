"""`duncan backup`, `duncan restore` and `duncan namespace`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from commands import printing
from commands.cases.answers import By, Json, installation_of
from commands.installation import run
from commands.restoring.claiming import claim_namespace, whose_namespace
from commands.restoring.copies import back_up
from commands.restoring.copies import restore as put_back
from commands.restoring.marking import UNTIL_RELEASED, mark_restored
from dunning.may import NotAllowed
from worker import utc_now

app = typer.Typer()


@app.command()
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A new file for the copy.")],
    json: Json = None,
) -> None:
    """Copy the books into a file, as they stand at one moment; Duncan may work meanwhile."""
    back_up(installation_of(context).settings, file)
    if not printing.answer({"file": str(file), "bytes": file.stat().st_size}, json):
        printing.say(f"The books are copied to {file}.")


@app.command()
def restore(
    context: typer.Context,
    by: By,
    file: Annotated[Path | None, typer.Argument(help="A backup of the books.")] = None,
    mark: Annotated[
        bool, typer.Option("--mark", help="Only mark books that other tools restored.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Even if the books have newer facts.")
    ] = False,
    json: Json = None,
) -> None:
    """Put a backup in the place of the books; nothing goes out until two people release it."""
    installation, now = installation_of(context), utc_now()
    if mark == (file is not None):
        raise NotAllowed("Name a backup, or say --mark for books that other tools restored.")
    said, before = [UNTIL_RELEASED], None
    if file is not None:
        before = put_back(installation.settings, file, by, now, replaces=replace)
        kept = [f"Those before are kept as {before}."] if before else []
        said = [f"The books are those of {file}.", *kept, UNTIL_RELEASED]
    else:
        installation.demand(by, "release_channel", "restore", "books")
        installation.wiring.ledger.transact(lambda books: mark_restored(books, by, now))
    answer = {"file": _named(file), "kept": _named(before), "outcome": " ".join(said)}
    if not printing.answer(answer, json):
        printing.say("\n".join(said))


@app.command()
def namespace(
    context: typer.Context,
    claim: Annotated[
        bool, typer.Option("--claim", help="The other books are gone for good: it is ours now.")
    ] = False,
    by: Annotated[str, typer.Option(metavar="USER", help="Who claims it.")] = "",
    json: Json = None,
) -> None:
    """Say whose Temporal's namespace is; claim it where its other books are gone for good."""
    installation = installation_of(context)
    if claim:
        installation.demand(by, "release_channel", "claim", "namespace")
        found = run(claim_namespace(installation, by, utc_now()))
    else:
        found = run(whose_namespace(installation))
    if not printing.answer(asdict(found), json):
        printing.say(found.outcome)


def _named(path: Path | None) -> str | None:
    return str(path) if path else None
