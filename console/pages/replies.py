"""One reply: the message beside the account, and what a person does about it."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Response

from activities.letter_request import RenderedLetter
from activities.outgoing import ReplyAddresses
from commands.mailroom.answering import ANSWERS, Answer, ReplyAnswers, check_answer, previewed
from commands.mailroom.correcting import ReplyCorrections
from commands.mailroom.taking_replies import ReplyTaker
from commands.sending.coming import letters_in_force
from console.addresses import reply_page
from console.desk import Desk, TheDesk
from console.once import acted_once
from console.reading.replies import mail_shown, reply_shown
from console.typed import TheForm, Typed
from dunning.dispute import REASONS
from dunning.may import NotAllowed
from ledger.addresses import customers_at
from replies.intents_law import INTENTS
from replies.read_by_people import PromisedLine, ReadAs

router = APIRouter(prefix="/inbox/{reply}")
_SUGGESTED = 10


@router.get("")
def reply(desk: TheDesk, reply: str) -> Response:
    """The message, how it was read, what came of it, and the account it is about."""
    return _page(desk, reply)


@router.post("/do/confirm")
def confirm(desk: TheDesk, typed: TheForm, reply: str) -> Response:
    """It was read rightly."""
    return _acted(desk, typed, reply, lambda: desk.acting(ReplyCorrections, typed).confirm(reply))


@router.post("/do/correct")
def correct(desk: TheDesk, typed: TheForm, reply: str) -> Response:
    """It means something else."""

    def work() -> str:
        said = _read_as(typed)
        typed.check()
        return desk.acting(ReplyCorrections, typed).correct(reply, said)

    return _acted(desk, typed, reply, work)


@router.post("/do/answer")
def answer(desk: TheDesk, typed: TheForm, reply: str) -> Response:
    """Look at a prepared answer, or send it."""
    letters = letters_in_force(desk.parts.planner, desk.now())
    if typed.values.get("look"):
        return _previewed(desk, typed, reply)

    def work() -> str:
        said = _answer(typed)
        typed.check()
        return desk.acting(ReplyAnswers, typed).answer(reply, said, letters)

    return _acted(desk, typed, reply, work)


@router.post("/do/handled")
def handled(desk: TheDesk, typed: TheForm, reply: str) -> Response:
    """It was dealt with."""

    def work() -> str:
        outcome = typed.text("outcome", required=True)
        typed.check()
        desk.acting(ReplyCorrections, typed).handle(reply, outcome)
        return "It is dealt with: the customer may be written to again."

    return _acted(desk, typed, reply, work)


@router.post("/do/undo")
def undo(desk: TheDesk, typed: TheForm, reply: str) -> Response:
    """Take back what Duncan did because of it."""

    def work() -> str:
        reason = typed.text("reason", required=True)
        typed.check()
        return desk.acting(ReplyCorrections, typed).undo(reply, reason)

    return _acted(desk, typed, reply, work)


@router.post("/do/assign")
def assign(desk: TheDesk, typed: TheForm, reply: str) -> Response:
    """Say which customer wrote it."""

    def work() -> str:
        customer = typed.text("customer", required=True, longest=200)
        typed.check()
        taker = ReplyTaker(desk.parts.planner, ReplyAddresses())
        return desk.acting(ReplyCorrections, typed).assign(reply, customer, taker)

    return _acted(desk, typed, reply, work)


def _acted(desk: Desk, typed: Typed, reply: str, work: Callable[[], str]) -> Response:
    def again(shown: Typed, status: int) -> Response:
        return _page(desk, reply, shown, status)

    return acted_once(desk, typed, work, reply_page(reply), again)


def _previewed(desk: Desk, typed: Typed, reply: str) -> Response:
    """The page with the form as it was filled in, and the answer as it would read."""
    said = _answer(typed)
    planner, now = desk.parts.planner, desk.now()
    try:
        typed.check()
        check_answer(said)
        with desk.parts.ledger.reading() as books:
            row = reply_shown(books, reply).row
            letter = previewed(books, planner, row, said, letters_in_force(planner, now), now)
    except NotAllowed as refused:
        shown = Typed("answer", typed.values, typed.lists, typed.problems, str(refused))
        return _page(desk, reply, shown, 422)
    return _page(desk, reply, typed, 200, letter)


def _page(
    desk: Desk,
    reply: str,
    typed: Typed | None = None,
    status: int = 200,
    letter: RenderedLetter | None = None,
) -> Response:
    with desk.parts.ledger.reading() as books:
        shown = reply_shown(books, reply)
        mail = mail_shown(books, reply)
        unknown = not shown.row["customer"]
        suggested = customers_at(books.connection, shown.row["from_address"]) if unknown else []
    return desk.page(
        "reply.html",
        status,
        typed=typed,
        shown=shown,
        mail=mail,
        letter=letter,
        intents=INTENTS,
        reasons=REASONS,
        answers=ANSWERS,
        suggested=suggested[:_SUGGESTED],
    )


def _read_as(typed: Typed) -> ReadAs:
    intents = tuple(one for one in INTENTS if one in typed.lists.get("intent", ()))
    reason = typed.choice("reason", REASONS) if "dispute" in intents else ""
    lines = [_line(typed, invoice) for invoice in typed.lists.get("line", ())]
    promises = tuple(one for one in lines if one) if "promise_to_pay" in intents else ()
    return ReadAs(intents, tuple(typed.lists.get("about", ())), promises, reason)


def _line(typed: Typed, invoice: str) -> PromisedLine | None:
    on, amount = typed.day(f"on:{invoice}"), typed.amount(f"amount:{invoice}")
    if on is None:
        if amount is not None:
            typed.problems.setdefault(f"on:{invoice}", "By which day?")
        return None
    return PromisedLine(invoice, on, amount)


def _answer(typed: Typed) -> Answer:
    letter, words = typed.choice("letter", ANSWERS), typed.text("words")
    return Answer(letter, tuple(typed.lists.get("invoice", ())), words)
