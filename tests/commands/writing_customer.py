"""A customer that wrote, was talked about, and whose data somebody may erase."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import insert

from commands.doctor.finding import DoctorContext
from commands.erasure.actions import ErasureActions
from dunning.note_facts import NoteAdded
from ledger.books import Books
from ledger.correspondence import ArrivalRow, ReplyRow
from ledger.notes import add_note
from ledger.tables import table
from ledger.whose import Whose, whose
from tests.commands.rehearsed import AFTER_ALL

REPLY, ARRIVAL = table(ReplyRow), table(ArrivalRow)
WORDS = "Dear Ada, my husband Emil Quittenbaum is ill, we pay in May"
MAIL = "emil@quittenbaum.example"


def correspond(books: Books, of: str) -> None:
    """The customer writes, a colleague notes it, a provider tells of its address."""
    note = NoteAdded(at=AFTER_ALL, by="ada", text=WORDS)
    add_note(books, of, note)
    came = {"received_at": AFTER_ALL, "state": "handled", "details": "{}"}
    arrivals = [
        came | {"id": 901, "kind": "mail", "fingerprint": "f1", "body": f"From: {MAIL}".encode()},
        came | {"id": 902, "kind": "twilio_status", "fingerprint": "f2", "body": b"To=" + _form()},
    ]
    books.connection.execute(insert(ARRIVAL), arrivals)
    reply = {
        "reply": "r-1", "arrival": 901, "kind": "message", "channel": "email",
        "received_at": AFTER_ALL, "from_address": MAIL, "from_name": "Emil Quittenbaum",
        "subject": "our invoice", "text": WORDS, "new_text": WORDS, "customer": of,
        "state": "handled", "reading": json.dumps({"intents": ["hardship"], "evidence": [WORDS]}),
    }  # fmt: skip
    books.connection.execute(insert(REPLY), [reply])


def _form() -> bytes:
    return MAIL.replace("@", "%40").encode()


def actions(ctx: DoctorContext, by: str, years: int = 10) -> ErasureActions:
    """Somebody of the team, after the forty days."""
    home = ctx.settings
    return ErasureActions(
        ctx.ledger, by, AFTER_ALL, years, home.outbox_folder, home.evidence_folder
    )


def all_of(ctx: DoctorContext, of: str) -> Whose:
    """All of the customer."""
    with ctx.ledger.reading() as books:
        return whose(books.connection, of)


def hits(home: Path, name: bytes) -> Iterator[str]:
    """Files in which the name stands."""
    for file in sorted(home.rglob("*")):
        if file.is_file() and name in file.read_bytes():
            yield str(file.relative_to(home))


def findings(answer: dict[str, object]) -> object:
    tests = answer["tests"]
    assert isinstance(tests, list)
    return [one for test in tests for one in test["findings"]]
