"""The inbox: what customers wrote, one message beside its account, and its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from commands.acting import ROLES
from commands.reports.table import Cell, Column, ReportTable
from console.addresses import list_page
from console.desk import TheDesk
from console.reading.inbox import (
    AGES,
    KINDS,
    STATES,
    Entry,
    InboxFilter,
    all_entries,
    inbox_page,
)
from console.reading.paging import Place
from console.reading.replies import mail_shown
from console.table_file import FORMATS, table_file
from dunning.may import NotAllowed
from ledger.people import people_of

router = APIRouter(prefix="/inbox")
LANGUAGES_READ = ("de", "en", "es", "fr", "nl")
_COLUMNS = (
    Column("received_at"),
    Column("state"),
    Column("customer"),
    Column("name"),
    Column("channel"),
    Column("from"),
    Column("subject"),
    Column("read_as"),
    Column("language"),
    Column("whose"),
    Column("answer_by"),
    Column("outcome"),
    Column("reply"),
)


def chosen(
    state: str = "open",
    kind: str = "",
    q: str = "",
    who: str = "",
    channel: str = "",
    language: str = "",
    age: str = "",
) -> InboxFilter:
    """The filters of the address; what is none of the choices does not filter."""
    return InboxFilter(
        state if state in STATES else "open",
        kind if kind in KINDS else "",
        q.strip()[:200],
        who[:200],
        channel if channel in ("email", "sms") else "",
        language if language in LANGUAGES_READ else "",
        age if age in AGES else "",
    )


Chosen = Annotated[InboxFilter, Depends(chosen)]


@router.get("")
def inbox(desk: TheDesk, which: Chosen, after: str = "", before: str = "") -> Response:
    """What waits for people, and what was dealt with."""
    with desk.parts.ledger.reading() as books:
        shown = inbox_page(books.connection, which, desk.now(), desk.today, Place(after, before))
        people = [one for one in people_of(books.connection) if "follow_up" in one.rights]

    def link(**changes: str) -> str:
        return list_page("/inbox", **(asdict(which) | changes))

    return desk.page(
        "inbox.html",
        which=which,
        shown=shown,
        link=link,
        kinds=KINDS,
        states=STATES,
        ages=AGES,
        languages_read=LANGUAGES_READ,
        owners=[*ROLES, *(one.person for one in people)],
        file_link=lambda form: list_page(f"/inbox/list.{form}", **asdict(which)),
    )


@router.get("/list.{form}")
def inbox_file(desk: TheDesk, which: Chosen, form: str) -> Response:
    """The list as a file."""
    if form not in FORMATS:
        raise NotAllowed("There is no such file.")
    control = [("as of", f"{desk.now():%Y-%m-%d %H:%M} UTC")]
    control += [(name, value) for name, value in asdict(which).items() if value]
    with desk.parts.ledger.reading() as books:
        found = all_entries(books.connection, which, desk.now(), desk.today)
        table = ReportTable("Inbox", _COLUMNS, _cells(found), tuple(control))
        return table_file(desk, table, f"inbox-{desk.today}", form)


@router.get("/{reply}/letter")
def letter(desk: TheDesk, reply: str) -> HTMLResponse:
    """The markup of a mail without anything that could act, to be shown in a frame."""
    with desk.parts.ledger.reading() as books:
        mail = mail_shown(books, reply)
    if mail is None or not mail.html:
        raise NotAllowed(f"Message {reply} has no markup.")
    return HTMLResponse(f'<!doctype html><meta charset="utf-8"><body>{mail.html}')


@router.get("/{reply}/files/{number}")
def file(desk: TheDesk, reply: str, number: int) -> Response:
    """A file that came with a mail, to be kept: a browser must never open it by itself."""
    with desk.parts.ledger.reading() as books:
        mail = mail_shown(books, reply)
    files: Sequence[object] = mail.attachments if mail else ()
    if mail is None or not 0 <= number < len(files) or mail.attachments[number].is_left_out:
        raise NotAllowed("There is no such file.")
    found = mail.attachments[number]
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"}
    return Response(found.content, media_type="application/octet-stream", headers=headers)


def _cells(entries: Iterable[Entry]) -> Iterator[Sequence[Cell]]:
    for one in entries:
        row = one.row
        yield (
            f"{row.received_at:%Y-%m-%d %H:%M} UTC",
            row.state,
            row.customer,
            row.name or "",
            row.channel,
            row.from_address,
            row.subject,
            ", ".join(one.intents),
            one.language,
            one.who,
            f"{row.hold_until:%Y-%m-%d %H:%M} UTC" if row.hold_until else "",
            row.outcome,
            row.reply,
        )
