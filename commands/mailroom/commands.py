"""Commands about what came in: take it in, list it, assign it, deal with it, undo."""

from __future__ import annotations

import json as json_text
import sys
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import RowMapping

from commands import printing
from commands.cases.answers import By, Json, installation_of
from commands.installation import Installation
from commands.mailroom.actions import ReplyActions
from commands.mailroom.arrivals import mailroom_of
from dunning.may import NotAllowed
from intake.mail.limits import LARGEST_MAIL_BYTES
from ledger.arrivals import Incoming, arrival_by, store
from ledger.books import Books
from ledger.replies import replies_of_arrival, reply_of, waiting_replies
from worker import utc_now

app = typer.Typer()
_STATES = {
    "open": "waits for a person",
    "unassigned": "`duncan assign` says whose it is",
    "handled": "is dealt with",
}
Reply = Annotated[str, typer.Argument(help="Reply, as `duncan inbox` lists it.")]


@app.command("reply")
def reply_command(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="A mail as an .eml file, or - for stdin.")],
    json: Json = None,
) -> None:
    """Take in a customer's mail exactly as the webhook does, and do what follows from it."""
    raw = _read(file)
    installation = installation_of(context)
    now = utc_now()
    incoming = Incoming("mail", _fingerprint(raw), raw, {"door": "command"}, now)

    def keep(books: Books) -> bool:
        return store(books.connection, incoming)

    fresh = installation.wiring.ledger.transact(keep)
    mailroom_of(installation.wiring).work(now)
    left = installation.tell_engine()
    with installation.wiring.ledger.reading() as books:
        kept = arrival_by(books.connection, incoming.fingerprint)
        rows = replies_of_arrival(books.connection, kept.id) if kept else []
    assert kept is not None, "what was stored is there"
    answer = {
        "arrival": kept.id,
        "new": fresh,
        "state": kept.state,
        "why": kept.why,
        "reply": _shown(rows[0]) if rows else None,
    }
    if not printing.answer(answer, json) and kept.state != "unreadable":
        _say(answer)
        if left:
            printing.complain(left)
    if kept.state == "unreadable":
        raise NotAllowed(f"It cannot be read: {kept.why}")


@app.command()
def inbox(context: typer.Context, json: Json = None) -> None:
    """List the replies people have to deal with or to assign, oldest first."""
    with installation_of(context).wiring.ledger.reading() as books:
        rows = [_shown(row) for row in waiting_replies(books.connection)]
    if printing.answer({"replies": rows}, json):
        return
    table = [
        (
            one["received_at"][:16].replace("T", " "),
            one["state"],
            one["customer"] or "?",
            ", ".join(one["intents"]),
            one["new_text"][:60].replace("\n", " "),
            one["reply"],
        )
        for one in rows
    ]
    columns = ("received (UTC)", "state", "customer", "read as", "what it says", "reply")
    count = "1 reply waits" if len(rows) == 1 else f"{len(rows)} replies wait"
    printing.table(f"{count} for people", columns, table)


@app.command()
def assign(
    context: typer.Context,
    reply: Reply,
    customer: Annotated[str, typer.Argument(help="The customer who wrote it.")],
    by: By,
    json: Json = None,
) -> None:
    """Say which customer wrote a reply that nobody could be found for."""
    installation = installation_of(context)
    taker = mailroom_of(installation.wiring).taker
    _done(installation, _actions(installation, by).assign(reply, customer, taker), reply, json)


@app.command()
def handled(
    context: typer.Context,
    reply: Reply,
    outcome: Annotated[str, typer.Option(help="What came of it.")],
    by: By,
    json: Json = None,
) -> None:
    """Note that a reply was dealt with: the customer may be written to again."""
    installation = installation_of(context)
    _done(installation, _actions(installation, by).handle(reply, outcome), reply, json)


@app.command()
def undo(
    context: typer.Context,
    reply: Reply,
    reason: Annotated[str, typer.Option(help="Why it was wrong.")],
    by: By,
    json: Json = None,
) -> None:
    """Take back everything Duncan did because of a reply."""
    installation = installation_of(context)
    _done(installation, _actions(installation, by).undo(reply, reason), reply, json)


def _actions(installation: Installation, by: str) -> ReplyActions:
    return ReplyActions(installation.wiring.ledger, installation.wiring.planner, by, utc_now())


def _done(installation: Installation, said: str, reply: str, json: str | None) -> None:
    left = installation.tell_engine()
    with installation.wiring.ledger.reading() as books:
        row = reply_of(books.connection, reply)
    if printing.answer({"said": said, "reply": _shown(row) if row else None}, json):
        return
    printing.say(said)
    if left:
        printing.complain(left)


def _read(file: str) -> bytes:
    """At most one byte more than is taken, so that a huge file is refused and not read."""
    try:
        if file == "-":
            return sys.stdin.buffer.read(LARGEST_MAIL_BYTES + 1)
        with Path(file).open("rb") as opened:
            return opened.read(LARGEST_MAIL_BYTES + 1)
    except OSError as error:
        raise NotAllowed(f"{file} cannot be read: {error.strerror or error}.") from None


def _fingerprint(raw: bytes) -> str:
    return f"mail:{sha256(raw).hexdigest()}"


def _shown(row: RowMapping) -> dict[str, Any]:
    """A reply as JSON: what was understood, from which words, and what follows."""
    reading = json_text.loads(row["reading"])
    names = "reply kind channel state customer contact matched_by subject new_text outcome".split()
    return {
        **{name: row[name] for name in names},
        "received_at": row["received_at"].isoformat(),
        "from": row["from_address"],
        "hold_until": row["hold_until"].isoformat() if row["hold_until"] else None,
        "intents": [],
        **reading,
    }


def _say(answer: dict[str, Any]) -> None:
    one = answer["reply"]
    if not answer["new"]:
        printing.say("This mail was taken in before.")
    if one is None:
        printing.say(f"{answer['why'] or answer['state']}.".capitalize())
        return
    whose = (
        f"of customer {one['customer']}" if one["customer"] else f"is unassigned: {one['outcome']}"
    )
    printing.say(f"Reply {one['reply']} {whose}, {_STATES[one['state']]}.")
    for evidence in one.get("evidence", []):
        printing.say(f'  {evidence["intent"]}: "{evidence["text"]}"')
    for sentence in (*one.get("acted", []), *one.get("left", [])):
        printing.say(f"  - {sentence}")
