"""What goes out soon: today, tomorrow, the next business day; each message as it will read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import Row

from commands.acting import PAUSE_REASONS
from commands.cases.actions import Actions
from commands.reports.table import Cell, Column, ReportTable, totals_of
from commands.sending.coming import Looked, letters_in_force, looked_at, why_not_now
from commands.sending.sentences import SentenceActions
from console.addresses import list_page
from console.desk import Desk, TheDesk
from console.once import acted_once
from console.reading.outgoing import (
    DAYS,
    all_going,
    counts_of,
    filters_of,
    going_page,
    spans,
)
from console.reading.paging import Place
from console.reading.tasks import waiting_letters
from console.reading.wanted import Span, Wanted
from console.reading.wished_statements import waiting_statements
from console.table_file import FORMATS, table_file
from console.typed import TheForm, Typed
from dunning.may import NotAllowed
from dunning.money import Money
from ledger.books import Books

router = APIRouter(prefix="/outgoing")
_LONGEST = 200


def wanted_of(
    q: str = "", level: str = "", channel: str = "", entity: str = "", collector: str = ""
) -> Wanted:
    """Which messages the address asks for."""
    found = (one.strip()[:_LONGEST] for one in (q, level, channel, entity, collector))
    return Wanted(*found)


TheWanted = Annotated[Wanted, Depends(wanted_of)]
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
    desk: TheDesk, wanted: TheWanted, day: str = "today", after: str = "", before: str = ""
) -> Response:
    """Who gets something on a day, and what waits for approval."""
    known = _spans(desk)
    chosen = _one_of(day, known)
    planner, now, place = desk.parts.planner, desk.now(), Place(after, before)
    with desk.parts.ledger.reading() as books:
        page, going = going_page(books, planner, known[chosen], wanted, place, now)
        counts = counts_of(books.connection, known, wanted)
        filters = filters_of(books.connection, known[chosen])
        letters = waiting_letters(books.connection)
        statements = waiting_statements(books, now)

    def link(**changes: str) -> str:
        return list_page("/outgoing", **({"day": chosen} | asdict(wanted) | changes))

    return desk.page(
        "outgoing.html",
        day=chosen,
        known=known,
        wanted=wanted,
        filters=filters,
        page=page,
        going=going,
        counts=counts,
        letters=letters,
        statements=statements,
        link=link,
    )


@router.get("/list.{form}")
def outgoing_file(desk: TheDesk, wanted: TheWanted, form: str, day: str = "today") -> Response:
    """The list of a day as a file, with its totals by currency."""
    if form not in FORMATS or day not in DAYS:
        raise NotAllowed("There is no such file.")
    span = _spans(desk)[day]
    filters = tuple((name, value) for name, value in asdict(wanted).items() if value)
    asked = [("as of", f"{desk.now():%Y-%m-%d %H:%M} UTC"), ("day", str(span.day)), *filters]
    passed: dict[str, Money] = {}
    with desk.parts.ledger.reading() as books:
        rows = (_cells(row, passed) for row in all_going(books.connection, span, wanted))
        table = ReportTable(
            "Outgoing", _COLUMNS, rows, tuple(asked), lambda: totals_of("open", passed.values())
        )
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


def _cells(row: Row[Any], passed: dict[str, Money]) -> Sequence[Cell]:
    """The row as it is written; what it comes to is added to what has passed, by currency."""
    first, amount = f"{row.first_at:%Y-%m-%d %H:%M} UTC", Money(int(row.minor), row.currency)
    passed[row.currency] = passed.get(row.currency, Money.zero(row.currency)) + amount
    return (row.customer, row.name or "", first, row.invoices, row.currency, amount.major)


def _one_of(day: str, known: dict[str, Span]) -> str:
    """The day that is asked for; the next business day is called tomorrow where it is that."""
    if day == "next" and known["next"].day == known["tomorrow"].day:
        return "tomorrow"
    return day if day in DAYS else "today"


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
        not_now = why_not_now(books, desk.parts.planner, invoice, desk.now(), desk.visit.by)
    return replace(desk, visit=shown).page(
        "outgoing_message.html",
        status,
        typed=typed,
        invoice=invoice,
        looked=looked,
        seen=seen,
        not_now=not_now,
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
