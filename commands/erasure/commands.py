"""`duncan erase` and `duncan erasures`."""

from __future__ import annotations

from typing import Annotated

import typer

from commands import printing
from commands.cases.answers import By, Json, installation_of
from commands.erasure.actions import ErasureActions, Outcome
from commands.erasure.elsewhere import elsewhere
from dunning.erasure_facts import CustomerErased
from dunning.may import NotAllowed
from ledger.erased import erasures
from worker import utc_now

app = typer.Typer()


@app.command("erase")
def erase_command(
    context: typer.Context,
    customer: Annotated[str, typer.Argument(help="Customer number.")],
    by: By,
    reason: Annotated[str, typer.Option(help="Why it is asked for, or declined.")] = "",
    approve: Annotated[bool, typer.Option("--approve", help="Do it, as a second person.")] = False,
    decline: Annotated[bool, typer.Option("--decline", help="Leave the data.")] = False,
    force: Annotated[
        str, typer.Option(metavar="WHY", help="As a controller: although they are still needed.")
    ] = "",
    json: Json = None,
) -> None:
    """Erase a customer's personal data: one person asks, another approves; the chain stays."""
    actions = _actions(context, by)
    if approve and decline:
        raise NotAllowed("Say --approve or --decline, not both.")
    if approve:
        _tell(context, actions.approve(customer, force), json)
        return
    if decline:
        actions.decline(customer, reason)
        if not printing.answer({"customer": customer, "state": "declined"}, json):
            printing.say(f"The data of {customer} stay.")
        return
    against = actions.ask(customer, reason)
    if printing.answer({"customer": customer, "state": "asked", "against": against}, json):
        return
    printing.say(f"The erasure of {customer} is asked for. {' '.join(against)}".rstrip())
    printing.say(f"Another person says: duncan erase {customer} --approve --by THEM.")


@app.command("erasures")
def erasures_command(context: typer.Context, json: Json = None) -> None:
    """List what was erased: of whom, when, by whom, by which rule."""
    with installation_of(context).wiring.ledger.reading() as books:
        found = [one.fact for one in erasures(books.connection)]
    told = [
        {
            "what": one.customer if isinstance(one, CustomerErased) else one.what,
            "at": one.at.isoformat(timespec="seconds"),
            "by": one.by,
            "asked_by": one.asked_by if isinstance(one, CustomerErased) else "",
            "count": one.facts if isinstance(one, CustomerErased) else one.count,
            "forced": one.forced if isinstance(one, CustomerErased) else "",
        }
        for one in found
    ]
    if printing.answer({"erasures": told}, json):
        return
    columns = ("what", "at (UTC)", "by", "asked by", "facts or texts", "forced because")
    printing.table("Erasures", columns, [tuple(map(str, one.values())) for one in told])


def _tell(context: typer.Context, done: Outcome, json: Json) -> None:
    settings = installation_of(context).settings
    for_people = elsewhere(settings, done)
    told = {
        "customer": done.fact.customer,
        "state": "erased",
        "pseudonym": done.fact.pseudonym,
        "facts": done.fact.facts,
        "messages": len(done.whose.attempts),
        "replies": len(done.whose.replies),
        "files": done.files,
        "left": list(done.left),
        "for_people": for_people,
    }
    if printing.answer(told, json):
        return
    printing.say(
        f"{done.fact.customer} is now {done.fact.pseudonym!r}: {done.fact.facts} facts,"
        f" {told['messages']} messages, {told['replies']} replies and {done.files} files lost what"
        " was personal in them. The chain of facts is whole."
    )
    for one in for_people:
        printing.say(f"- {one}")


def _actions(context: typer.Context, by: str) -> ErasureActions:
    installation = installation_of(context)
    settings = installation.settings
    return ErasureActions(
        ledger=installation.wiring.ledger,
        by=by,
        now=utc_now(),
        years=settings.keep_invoices_years,
        outbox=settings.outbox_folder,
        evidence=settings.evidence_folder,
    )
