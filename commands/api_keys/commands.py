"""Commands about keys of the API: add, list, revoke."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlalchemy import RowMapping

from commands import printing
from commands.api_keys.actions import SCOPES, ApiKeyActions
from commands.cases.answers import Json, installation_of
from ledger.api_keys import keys_of
from worker import utc_now

group = typer.Typer(help="Keys of the API.", no_args_is_help=True)
By = Annotated[str, typer.Option("--by", help="The administrator who does it.")]


@group.command()
def add(
    context: typer.Context,
    person: Annotated[str, typer.Argument(help="Whom it acts as; people add makes a person.")],
    scope: Annotated[list[str], typer.Option(help=", ".join(SCOPES))],
    by: By,
    note: Annotated[str, typer.Option(help="What uses it.")] = "",
    json: Json = None,
) -> None:
    """Print a key that acts as somebody of the team; it is shown only now."""
    key = _actions(context, by).add(person, scope, note)
    if printing.answer({"person": person, "scopes": scope, "key": key}, json):
        return
    printing.say(f"This key acts as {person}; it is kept as a hash only and shown only now:")
    printing.say(f"  {key}")


@group.command("list")
def list_command(context: typer.Context, json: Json = None) -> None:
    """List every key: whom it acts as, what for, when it was last used."""
    with installation_of(context).wiring.ledger.reading() as books:
        found = [_listed(one) for one in keys_of(books.connection)]
    if printing.answer({"keys": found}, json):
        return
    names = ("key", "person", "scopes", "note", "state", "added_by", "used_at")
    columns = ("key", "acts as", "scopes", "note", "state", "added by", "last used (UTC)")
    rows = [tuple(str(one[name] or "–") for name in names) for one in found]
    printing.table("Keys of the API", columns, rows)


@group.command()
def revoke(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="The part of the key that the list shows.")],
    by: By,
    json: Json = None,
) -> None:
    """Let a key open nothing any more."""
    _actions(context, by).revoke(key)
    if not printing.answer({"key": key, "state": "revoked"}, json):
        printing.say(f"Key {key} opens nothing any more.")


def _actions(context: typer.Context, by: str) -> ApiKeyActions:
    return ApiKeyActions(installation_of(context).wiring.ledger, by, utc_now())


def _listed(row: RowMapping) -> dict[str, Any]:
    used_at, revoked_at = row["used_at"], row["revoked_at"]
    return {
        "key": row["key"],
        "person": row["person"],
        "scopes": row["scopes"],
        "note": row["note"],
        "state": "revoked" if revoked_at else "active",
        "added_by": row["added_by"],
        "added_at": row["added_at"].isoformat(),
        "used_at": used_at.isoformat(timespec="minutes") if used_at else None,
        "revoked_by": row["revoked_by"],
        "revoked_at": revoked_at.isoformat() if revoked_at else None,
    }
