"""The letter before it goes: as it will look, with words of one's own, and sent now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from activities.letter_own_words import LONGEST_SUBJECT, LONGEST_TEXT
from activities.letter_request import OwnWords, RenderedLetter
from activities.letter_templates import LetterError
from commands.cases.actions import Actions
from commands.sending.coming import Looked, letters_in_force, looked_at
from console.addresses import invoice_page, list_page
from console.desk import Desk, TheDesk
from console.once import acted_once
from console.typed import TheForm, Typed
from dunning.may import NotAllowed, may
from dunning.touch_facts import SendRequested

router = APIRouter(prefix="/outgoing/words")
NOW = "now"


@router.get("")
def words(desk: TheDesk, invoice: str, asked: str = "") -> Response:
    """The message that goes out next, or now where that is `asked`, and its words."""
    return _page(desk, invoice, asked)


@router.get("/letter")
def letter(desk: TheDesk, invoice: str, asked: str = "") -> HTMLResponse:
    """How it looks as things stand, in a frame that runs nothing."""
    looked = _looked(desk, invoice, asked)
    if looked.letter is None:
        return _framed(desk.words(looked.problem))
    return _shown(looked.letter)


@router.post("/letter")
def try_letter(desk: TheDesk, typed: TheForm, invoice: str, asked: str = "") -> HTMLResponse:
    """How it would look in the words that are typed; nothing is kept."""
    looked = _looked(desk, invoice, asked)
    one = replace(looked.one.letter, own_words=_typed_words(typed))
    try:
        return _shown(letters_in_force(desk.parts.planner, desk.now()).render(one))
    except LetterError as problem:
        return _framed(desk.words(str(problem)))


@router.post("/do/send-now")
def send_now(desk: TheDesk, typed: TheForm, invoice: str) -> Response:
    """Send it at the next opening of the customer's hours, in these words."""

    def work() -> str:
        note, own = typed.text("note"), _read(typed)
        typed.check()
        done = desk.acting(Actions, typed).send_now(invoice, note, own)
        return _said(done.step.kind, "It is sent at the next opening of the customer's hours.")

    return _acted(desk, typed, invoice, NOW, work)


@router.post("/do/word")
def word(desk: TheDesk, typed: TheForm, invoice: str) -> Response:
    """Keep these words for the message, whenever it goes."""

    def work() -> str:
        own = _read(typed)
        typed.check()
        if own is None:
            raise NotAllowed("The words of this letter are fixed.")
        done = desk.acting(Actions, typed).word(invoice, own)
        return _said(done.step.kind, "The message says it in these words.")

    return _acted(desk, typed, invoice, "", work)


@router.post("/do/unword")
def unword(desk: TheDesk, typed: TheForm, invoice: str) -> Response:
    """Take one's own words back."""

    def work() -> str:
        desk.acting(Actions, typed).unword(invoice)
        return "The letter's own words go out."

    return _acted(desk, typed, invoice, "", work)


def _said(kind: str, otherwise: str) -> str:
    waits = kind in ("ask_associate", "wait")
    return "A colleague has to approve it before it goes." if waits else otherwise


def _read(typed: Typed) -> OwnWords | None:
    """The words of the form; None where the letter's words are fixed."""
    if "made_from" not in typed.values:
        return None
    typed.text("subject", longest=LONGEST_SUBJECT)
    typed.text("text", required=True, longest=LONGEST_TEXT)
    return _typed_words(typed)


def _typed_words(typed: Typed) -> OwnWords | None:
    if "made_from" not in typed.values:
        return None
    subject, text = (typed.values.get(name, "") for name in ("subject", "text"))
    return OwnWords(subject.strip(), text.replace("\r\n", "\n"), typed.values["made_from"])


def _acted(desk: Desk, typed: Typed, invoice: str, asked: str, work: Callable[[], str]) -> Response:
    def again(shown: Typed, status: int) -> Response:
        return _page(desk, invoice, asked, shown, status)

    return acted_once(desk, typed, work, invoice_page(invoice), again)


def _page(
    desk: Desk, invoice: str, asked: str, typed: Typed | None = None, status: int = 200
) -> Response:
    looked = _looked(desk, invoice, asked)
    visit = replace(desk.visit, path="/outgoing/words", query={"invoice": invoice, "asked": asked})
    with desk.parts.ledger.reading() as books:
        seen = books.version(invoice)
    touch = looked.mine.touch
    return replace(desk, visit=visit if typed else desk.visit).page(
        "outgoing_words.html",
        status,
        typed=typed,
        invoice=invoice,
        asked=asked,
        looked=looked,
        pending=looked.mine.situation.case.words_for(touch.step),
        seen=seen,
        frame=list_page("/outgoing/words/letter", invoice=invoice, asked=asked),
    )


def _looked(desk: Desk, invoice: str, asked: str) -> Looked:
    parts, now = desk.parts, desk.now()
    supposed = [SendRequested(at=now, by=desk.visit.by)] if asked == NOW else []
    letters = letters_in_force(parts.planner, now)
    with parts.ledger.reading() as books:
        for one in supposed:
            may(books.case(invoice), one)
        return looked_at(books, parts.planner, letters, invoice, now, supposed)


def _shown(letter: RenderedLetter) -> HTMLResponse:
    return HTMLResponse(letter.html) if letter.html else _framed(letter.text)


def _framed(text: str) -> HTMLResponse:
    head = '<!DOCTYPE html><meta charset="utf-8"><style>pre { white-space: pre-wrap; }</style>'
    return HTMLResponse(f'{head}<pre dir="auto">{escape(text)}</pre>')
