"""Commands about outgoing webhooks: list, add, test, replay, rotate, end."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlalchemy import RowMapping

from commands import printing
from commands.cases.answers import Json, installation_of
from commands.webhooks.actions import Subscribed, WebhookActions
from ledger.event_deliveries import states_of
from ledger.event_subscriptions import EVERYTHING, subscriptions_of
from worker import utc_now

group = typer.Typer(help="Tell other systems what happens to cases.", no_args_is_help=True)
Webhook = Annotated[str, typer.Argument(help="Number of the webhook.")]
By = Annotated[str, typer.Option("--by", help="The administrator who does it.")]


@group.command("list")
def list_command(context: typer.Context, json: Json = None) -> None:
    """List every webhook with what was delivered, waits or was given up."""
    with installation_of(context).wiring.ledger.reading() as books:
        states = states_of(books.connection)
        found = [_listed(one, states) for one in subscriptions_of(books.connection)]
    if printing.answer({"webhooks": found}, json):
        return
    columns = ("webhook", "address", "kinds", "state", ">waiting", ">delivered", ">given up")
    names = ("webhook", "url", "kinds", "state", "waiting", "delivered", "dead")
    rows = [tuple(str(one[name]) for name in names) for one in found]
    printing.table("Outgoing webhooks", columns, rows)


@group.command()
def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="https address that events are posted to.")],
    by: By,
    kind: Annotated[
        list[str] | None, typer.Option(help="A kind of event, more than once; all without.")
    ] = None,
    json: Json = None,
) -> None:
    """Tell an address of events from now on; prints the secret that signs them, once."""
    _say_secret(_actions(context, by).add(url, kind or [EVERYTHING]), json)


@group.command()
def rotate(context: typer.Context, webhook: Webhook, by: By, json: Json = None) -> None:
    """Print another secret; the one before signs beside it until the next rotation."""
    _say_secret(_actions(context, by).rotate(webhook), json)


@group.command("test")
def try_out(context: typer.Context, webhook: Webhook, by: By, json: Json = None) -> None:
    """Queue an event that is about nothing, to see whether it comes."""
    event = _actions(context, by).test(webhook)
    if not printing.answer({"webhook": webhook, "event": event}, json):
        printing.say(f"Event {event} is queued; `duncan webhooks list` says whether it was taken.")


@group.command()
def replay(
    context: typer.Context,
    webhook: Webhook,
    by: By,
    event: Annotated[str, typer.Option(help="One event; all that were given up without.")] = "",
    json: Json = None,
) -> None:
    """Queue again what was given up."""
    count = _actions(context, by).replay(webhook, event)
    if not printing.answer({"webhook": webhook, "queued": count}, json):
        printing.say(f"Events queued again for {webhook}: {count}.")


@group.command()
def end(context: typer.Context, webhook: Webhook, by: By, json: Json = None) -> None:
    """Tell an address nothing any more."""
    _actions(context, by).end(webhook)
    if not printing.answer({"webhook": webhook, "state": "ended"}, json):
        printing.say(f"Webhook {webhook} is told nothing any more.")


def _actions(context: typer.Context, by: str) -> WebhookActions:
    installation = installation_of(context)
    private = installation.settings.webhooks_private
    return WebhookActions(installation.wiring.ledger, by, utc_now(), private)


def _listed(row: RowMapping, states: dict[str, dict[str, int]]) -> dict[str, Any]:
    counts = states.get(row["subscription"], {})
    return {
        "webhook": row["subscription"],
        "url": row["url"],
        "kinds": row["kinds"],
        "state": "active" if row["active"] else "ended",
        "secrets": 2 if row["secret_before"] else 1,
        "added_by": row["added_by"],
        "added_at": row["added_at"].isoformat(),
        **{state: counts.get(state, 0) for state in ("waiting", "delivered", "dead")},
    }


def _say_secret(found: Subscribed, json: str | None) -> None:
    if printing.answer({"webhook": found.subscription, "secret": found.secret}, json):
        return
    printing.say(f"Webhook {found.subscription} signs with this secret, which is shown only now:")
    printing.say(f"  {found.secret}")
