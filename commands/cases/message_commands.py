"""`duncan message` and `duncan send-now`: the letter that goes next, its words, and sending it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from activities.letter_own_words import LONGEST_TEXT
from activities.letter_request import OwnWords
from commands import printing
from commands.cases.answers import By, Invoice, Json, Note, done, installation_of
from commands.sending.coming import Looked, looked_at, told_of
from dunning.may import NotAllowed, may
from dunning.touch_facts import SendRequested
from worker import utc_now

app = typer.Typer()
_SUBJECT, _MADE_FROM = "Subject: ", "Made-From: "
_LARGEST_BYTES = 8 * LONGEST_TEXT
WordsFile = Annotated[Path | None, typer.Option("--words", help="A file with the words.")]


@app.command("message")
def message_command(
    context: typer.Context,
    invoice: Invoice,
    now: Annotated[bool, typer.Option("--now", help="As if it was asked for now.")] = False,
    words: Annotated[Path | None, typer.Option(help="Write its words here, to be edited.")] = None,
    json: Json = None,
) -> None:
    """Show the message that goes out next about an invoice, as it will read; claims nothing."""
    looked = _looked(context, invoice, now=now)
    if words:
        words.write_text(_filed(looked), encoding="utf-8")
    if printing.answer({"invoice": invoice, **told_of(looked)}, json):
        return
    printing.say(f"{looked.one.spoken.letter} by {looked.one.spoken.channel}, {looked.at:%F %R %Z}")
    if looked.waits_for_approval:
        printing.say("It needs approval first.")
    if looked.objection:
        printing.say(f"As things stand it would not go out: {looked.objection.why}.")
    if looked.letter is None:
        raise NotAllowed(looked.problem)
    printing.say(f"{looked.letter.subject}\n\n{looked.letter.text}".strip())


@app.command("send-now")
def send_now(
    context: typer.Context,
    invoice: Invoice,
    by: By,
    words: WordsFile = None,
    note: Note = "",
    json: Json = None,
) -> None:
    """Send the next touch at the next opening of the sending window, in your words if you like.

    `duncan message INVOICE --now --words FILE` writes the file to edit.
    """
    own = _read(words) if words else None
    done(context, installation_of(context).actions(by).send_now(invoice, note, own), json)


def _looked(context: typer.Context, invoice: str, *, now: bool) -> Looked:
    wiring, moment = installation_of(context).wiring, utc_now()
    letters = wiring.planner.letters_at(moment, wiring.letters)
    supposed = [SendRequested(at=moment, by="")] if now else []
    with wiring.ledger.reading() as books:
        for one in supposed:
            may(books.case(invoice), one)
        return looked_at(books, wiring.planner, letters, invoice, moment, supposed)


def _filed(looked: Looked) -> str:
    if looked.words is None:
        raise NotAllowed(looked.problem or "The words of this letter are fixed.")
    said = looked.words
    return f"{_SUBJECT}{said.subject}\n{_MADE_FROM}{said.made_from}\n\n{said.text}\n"


def _read(path: Path) -> OwnWords:
    """The words of a file. Raises NotAllowed when it is none that `duncan message` wrote."""
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST_BYTES + 1)
        subject, made_from, _, said = text.decode("utf-8-sig").split("\n", 3)
    except (OSError, ValueError):
        raise NotAllowed(f"{path} holds no words: `duncan message` writes such a file.") from None
    if len(text) > _LARGEST_BYTES or not (subject + made_from).startswith(_SUBJECT):
        raise NotAllowed(f"{path} holds no words: `duncan message` writes such a file.")
    return OwnWords(
        subject.removeprefix(_SUBJECT).strip(), said, made_from.removeprefix(_MADE_FROM).strip()
    )
