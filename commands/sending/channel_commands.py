"""Commands about whole channels and single messages: stop, release, settle what is unknown."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from activities.deliveries import Deliveries
from commands import printing
from commands.cases.answers import By, Json, Note, installation_of, told
from commands.sending.channel_actions import ChannelActions
from dunning.contact_facts import ContactLogged
from dunning.may import NotAllowed
from ledger.books import Books
from ledger.channels import CHANNELS, stops
from ledger.people_contacts import log_contact
from worker import utc_now

app = typer.Typer()
group = typer.Typer(help="Stop and release whole channels.", no_args_is_help=True)
Reason = Annotated[
    str, typer.Option(help="Why, kept with your name, such as 'our address is on a blocklist'.")
]


class Channel(StrEnum):
    """A channel, as people type it."""

    email = "email"
    sms = "sms"


Named = Annotated[Channel, typer.Argument(help="E-mails or text messages, to every customer.")]


class Spoken(StrEnum):
    """How people reach customers themselves."""

    call = "call"
    email = "email"
    sms = "sms"
    letter = "letter"


@group.command("list")
def list_command(context: typer.Context, json: Json = None) -> None:
    """Say which channels are stopped, and why."""
    with installation_of(context).wiring.ledger.reading() as books:
        stopped = stops(books)
    rows = [
        {
            "channel": channel,
            "stopped": channel in stopped,
            "code": stopped[channel].code if channel in stopped else "",
            "why": stopped[channel].why if channel in stopped else "",
        }
        for channel in CHANNELS
    ]
    if printing.answer({"channels": rows}, json):
        return
    for row in rows:
        state = f"stopped: {row['why']} ({row['code']})" if row["stopped"] else "open"
        printing.say(f"{row['channel']}: {state}")


@group.command()
def stop(context: typer.Context, channel: Named, reason: Reason, by: By, json: Json = None) -> None:
    """Send nothing on a channel until somebody releases it."""
    _actions(context, by).stop(channel.value, reason)
    said = f"Nothing goes out by {channel.value} until somebody releases it."
    if not printing.answer(_answer(channel, said, stopped=True), json):
        printing.say(said)


@group.command()
def release(
    context: typer.Context, channel: Named, reason: Reason, by: By, json: Json = None
) -> None:
    """Let a stopped channel speak again; what waited for it is sent in its customers' hours."""
    is_open = _actions(context, by).release(channel.value, reason)
    said = f"Messages go out by {channel.value} again."
    if not is_open:
        said = f"Noted. A second person has to release {channel.value} too."
    told(context, _answer(channel, said, stopped=not is_open), json)


@app.command()
def logged(
    context: typer.Context,
    customer: Annotated[str, typer.Argument(help="Customer number.")],
    channel: Annotated[Spoken, typer.Option(help="How.")],
    by: By,
    note: Note = "",
    json: Json = None,
) -> None:
    """Note that you called or wrote to a customer yourself: it counts for the caps."""
    installation_of(context).demand(by, "follow_up", "logged", customer)
    fact = ContactLogged(at=utc_now(), by=by, channel=channel.value, note=note)

    def work(books: Books) -> None:
        books.lock_customers([customer])
        if not books.knows_customer(customer):
            raise NotAllowed(f"There is no customer {customer} in the books.")
        log_contact(books, customer, fact)

    installation_of(context).wiring.ledger.transact(work)
    said = f"Noted: {by} reached out to {customer} ({channel.value})."
    if not printing.answer({"customer": customer, "channel": channel.value, "outcome": said}, json):
        printing.say(said)


@app.command()
def settle(
    context: typer.Context,
    attempt: Annotated[str, typer.Argument(help="Message, as the console shows it.")],
    by: By,
    sent: Annotated[bool, typer.Option("--sent/--not-sent", help="Whether it went out.")],
    reason: Reason,
    json: Json = None,
) -> None:
    """Say whether a message went out of which nobody knew; one that did not is sent again."""
    installation = installation_of(context)
    installation.demand(by, "follow_up", "settle", attempt)
    deliveries, now = Deliveries(installation.wiring.planner), utc_now()

    def work(books: Books) -> None:
        message = deliveries.message(books, attempt)
        if message is None:
            raise NotAllowed(f"There is no message {attempt}.")
        if message["state"] != "unknown":
            raise NotAllowed(f"What became of message {attempt} is known: {message['state']}.")
        if sent:
            deliveries.found_out(books, attempt, now, by=by)
        else:
            deliveries.never_sent(books, attempt, reason, now, by)

    installation.wiring.ledger.transact(work)
    said = f"Message {attempt} {'went out' if sent else 'did not go out'}."
    told(context, {"attempt": attempt, "sent": sent, "outcome": said}, json)


def _answer(channel: Channel, said: str, *, stopped: bool) -> dict[str, Any]:
    return {"channel": channel.value, "stopped": stopped, "outcome": said}


def _actions(context: typer.Context, by: str) -> ChannelActions:
    wiring = installation_of(context).wiring
    return ChannelActions(wiring.ledger, wiring.planner, by, utc_now())
