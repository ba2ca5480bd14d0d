"""Commands about an invoice that did not reach its customer."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.cases.answers import By, Invoice, Json, Note, day, done, installation_of
from commands.cases.distribution_actions import DistributionActions
from dunning.distribution_facts import DELIVERED_BY
from worker import utc_now

app = typer.Typer()


@app.command("delivered")
def delivered_command(
    context: typer.Context,
    invoice: Invoice,
    how: Annotated[str, typer.Option(help=f"One of {', '.join(DELIVERED_BY)}.")],
    by: By,
    on: Annotated[str, typer.Option("--on", help="Day, YYYY-MM-DD; today without.")] = "",
    note: Note = "",
    json: Json = None,
) -> None:
    """Confirm that the customer has the invoice, so that its cadence goes on."""
    since = day(on) if on else utc_now().date()
    done(context, _actions(context, by).delivered(invoice, since, how, note), json)


@app.command("resend")
def resend_command(
    context: typer.Context, invoice: Invoice, by: By, note: Note = "", json: Json = None
) -> None:
    """Send an invoice again that did not reach the customer."""
    done(context, _actions(context, by).resend(invoice, note), json)


def _actions(context: typer.Context, by: str) -> DistributionActions:
    wiring = installation_of(context).wiring
    return DistributionActions(wiring.ledger, wiring.planner, by, utc_now())
