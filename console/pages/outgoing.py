"""What goes out soon: today, tomorrow, the next business day; each message as it will read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import Row

from commands.acting import PAUSE_REASONS
from commands.cases.actions import Actions
from commands.reports.table import Cell, Column, ReportTable, totals_of
from commands.sending.sentences import SentenceActions
from console.addresses import list_page
from console.desk import Desk, TheDesk
from console.once import acted_once
from console.reading.letters import letters_in_force
from console.reading.outgoing import (
    DAYS,
    Looked,
    Span,
    all_going,
    counts_of,
    going_page,
    looked_at,
    spans,
)
from console.reading.paging import Place
from console.reading.tasks import waiting_letters
from console.table_file import FORMATS, table_file
from console.typed import TheForm, Typed
from dunning.may import NotAllowed
from dunning.money import Money, totals
from ledger.books import Books

router = APIRouter(prefix="/outgoing")
_COLUMNS = (
    Column("customer"),
    Column("name"),
    Column("from"),
    Column("invoices", "number"),
    Column("currency"),
    Column("open", "amount"),
)


@router.get("")
def outgoing(
    desk: TheDesk, day: str = "today", q: str = "", after: str = "", before: str = ""
) -> Response:
    """Who gets something on a day, and what waits for approval."""
    chosen, known = day if day in DAYS else "today", _spans(desk)
    planner, now, wanted = desk.parts.planner, desk.now(), q.strip()[:200]
    with desk.parts.ledger.reading() as books:
        page, going = going_page(books, planner, known[chosen], wanted, Place(after, before), now)
        counts = counts_of(books.connection, known)
        letters = waiting_letters(books.connection)

    def link(**changes: str) -> str:
        return list_page("/outgoing", **({"day": chosen, "q": wanted} | changes))

    return desk.page(
        "outgoing.html",
        day=chosen,
        known=known,
        q=wanted,
        page=page,
        going=going,
        counts=counts,
        letters=letters,
        link=link,
    )


@router.get("/list.{form}")
def outgoing_file(desk: TheDesk, form: str, day: str = "today", q: str = "") -> Response:
    """The list of a day as a file, with its totals by currency."""
    if form not in FORMATS or day not in DAYS:
        raise NotAllowed("There is no such file.")
    span = _spans(desk)[day]
    with desk.parts.ledger.reading() as books:
        rows = all_going(books.connection, span, q.strip()[:200])
    sums = totals([Money(int(row.minor), row.currency) for row in rows]).values()
    asked = [("as of", f"{desk.now():%Y-%m-%d %H:%M} UTC"), ("day", str(span.day)), ("search", q)]
    control = (*asked, *totals_of("open", sums))
    table = ReportTable("Outgoing", _COLUMNS, map(_cells, rows), control)
    return table_file(desk, table, f"outgoing-{span.day}", form)


@router.get("/message")
def message(desk: TheDesk, invoice: str) -> Response:
    """The message an invoice's next step sends, as it will read."""
    return _page(desk, invoice)


@router.get("/letter")
def letter(desk: TheDesk, invoice: str) -> HTMLResponse:
    """Its HTML, to be shown in a frame that runs nothing."""
    found = _looked(desk, invoice).letter
    if found is None or not found.html:
        raise NotAllowed("This message has no HTML.")
    return HTMLResponse(found.html)


@router.post("/do/hold")
def hold(desk: TheDesk, typed: TheForm, invoice: str) -> Response:
    """Send the customer nothing for a while."""

    def work() -> str:
        reason, note = typed.choice("reason", PAUSE_REASONS), typed.text("note")
        until = typed.day("until")
        typed.check()
        customer = _looked(desk, invoice).one.letter.customer
        desk.acting(Actions).pause_customer(customer, reason, until, note)
        return "Held: nothing is sent to this customer meanwhile."

    return _acted(desk, typed, invoice, work, "/outgoing")


@router.post("/do/send-now")
def send_now(desk: TheDesk, typed: TheForm, invoice: str) -> Response:
    """Send it at the next opening of the customer's hours."""

    def work() -> str:
        note = typed.text("note")
        typed.check()
        desk.acting(Actions, typed).send_now(invoice, note)
        return "It is sent at the next opening of the customer's hours."

    return _acted(desk, typed, invoice, work, "/outgoing")


@router.post("/do/say")
def say(desk: TheDesk, typed: TheForm, invoice: str) -> Response:
    """Add a sentence of one's own to this one message."""

    def shows(books: Books, said: str) -> bool:
        parts, now = desk.parts, desk.now()
        letters = letters_in_force(parts.planner, now)
        found = looked_at(books, parts.planner, letters, invoice, now).letter
        return found is not None and said in found.text

    def work() -> str:
        text = typed.text("text")
        typed.check()
        looked = _looked(desk, invoice)
        if typed.values.get("message") != looked.message:
            raise NotAllowed("This message goes another day by now: look at it again.")
        customer = looked.one.letter.customer
        return desk.acting(SentenceActions, typed).say(customer, looked.message, text, shows)

    return _acted(desk, typed, invoice, work, _message_page(invoice))


def _cells(row: Row[Any]) -> Sequence[Cell]:
    first, amount = f"{row.first_at:%Y-%m-%d %H:%M} UTC", Money(int(row.minor), row.currency)
    return (row.customer, row.name or "", first, row.invoices, row.currency, amount.major)


def _message_page(invoice: str) -> str:
    return list_page("/outgoing/message", invoice=invoice)


def _acted(desk: Desk, typed: Typed, invoice: str, work: Callable[[], str], then: str) -> Response:
    def again(shown: Typed, status: int) -> Response:
        return _page(desk, invoice, shown, status)

    return acted_once(desk, typed, work, then, again)


def _page(desk: Desk, invoice: str, typed: Typed | None = None, status: int = 200) -> Response:
    looked = _looked(desk, invoice)
    # The actions are sent below the page of the message they are about.
    visit = replace(desk.visit, path="/outgoing/message", query={"invoice": invoice})
    shown = visit if typed else desk.visit
    with desk.parts.ledger.reading() as books:
        seen = books.version(invoice)
    return replace(desk, visit=shown).page(
        "outgoing_message.html",
        status,
        typed=typed,
        invoice=invoice,
        looked=looked,
        seen=seen,
        pause_reasons=PAUSE_REASONS,
        link=list_page,
    )


def _looked(desk: Desk, invoice: str) -> Looked:
    parts, now = desk.parts, desk.now()
    letters = letters_in_force(parts.planner, now)
    with parts.ledger.reading() as books:
        return looked_at(books, parts.planner, letters, invoice, now)


def _spans(desk: Desk) -> dict[str, Span]:
    planner = desk.parts.planner
    entity = planner.policies_at(desk.now()).entity("")
    return spans(desk.today, planner.calendars.calendar_of(entity, desk.today.year), desk.zone)
