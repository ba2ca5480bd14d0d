"""What was sent: the list, one message, and the letter as its reader saw it."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from console.addresses import list_page
from console.desk import Desk, TheDesk
from console.reading import messages as reading
from console.reading.messages import Letter
from console.reading.paging import Place
from dunning.may import NotAllowed
from ledger.books import Books

router = APIRouter()


@router.get("/messages")
def messages(desk: TheDesk, state: str = "", after: str = "", before: str = "") -> HTMLResponse:
    """Every message, the latest first."""
    with desk.parts.ledger.reading() as books:
        page = reading.message_page_of(books.connection, state, Place(after, before))
        counts = reading.state_counts(books.connection)

    def link(**changes: str) -> str:
        return list_page("/messages", **({"state": state} | changes))

    return desk.page("messages.html", page=page, counts=counts, state=state, link=link)


@router.get("/messages/{attempt}")
def message(desk: TheDesk, attempt: str) -> HTMLResponse:
    """One message: who got it, what it covers, its text and its HTML."""
    with desk.parts.ledger.reading() as books:
        found = reading.message(books.connection, attempt)
        if found is None:
            raise NotAllowed(f"There is no message {attempt} in the books.")
        items = reading.items_of(books.connection, attempt)
        letter = _letter(desk, books, attempt)
    return desk.page("message.html", message=found, items=items, letter=letter)


@router.get("/messages/{attempt}/letter")
def letter(desk: TheDesk, attempt: str) -> HTMLResponse:
    """The HTML part of an e-mail, to be shown in a frame that runs nothing."""
    with desk.parts.ledger.reading() as books:
        kept = _letter(desk, books, attempt)
    if kept is None or not kept.html:
        raise NotAllowed(f"The outbox holds no HTML of message {attempt}.")
    return HTMLResponse(kept.html)


def _letter(desk: Desk, books: Books, attempt: str) -> Letter | None:
    return reading.letter_of(books.connection, attempt, desk.parts.outbox)
