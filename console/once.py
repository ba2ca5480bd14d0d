"""Acting on a form once: a second click, the back button or a stale page do nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fastapi import Response
from fastapi.responses import RedirectResponse

from commands.authority import Changed
from console.desk import NOBODY, Desk
from console.typed import Typed
from console.visit import SAID
from dunning.may import NotAllowed
from dunning.people import NoAuthority
from ledger.books import Books
from ledger.desk import claim_form, form_of, release_form, settle_form

_SAID_SECONDS = 120
_IN_DOUBT = "This was sent before, and nobody knows yet what came of it: look at the page."


def acted_once(
    desk: Desk,
    typed: Typed,
    work: Callable[[], str],
    then: str,
    again: Callable[[Typed, int], Response],
) -> Response:
    """Do what a form asks for, once; then go to the page `then`, which tells what `work` says.

    When it is refused nothing has happened, and `again` shows the form with what was typed, the
    reason and the status: 403 for a lack of authority, 409 for a case that changed meanwhile,
    422 for everything else.
    """
    ledger = desk.parts.ledger
    if desk.visit.person is None:
        return desk.problem(403, NOBODY)
    try:
        form, now = typed.form, desk.now()
        fresh = ledger.transact(
            lambda books: claim_form(books.connection, form, desk.visit.by, now)
        )
    except NotAllowed as refused:
        return again(replace(typed, sentence=str(refused)), 422)
    if not fresh:
        return _done_before(desk, form, then)
    try:
        said = desk.words(work())
    except NotAllowed as refused:
        ledger.transact(lambda books: release_form(books.connection, form))
        # Who may not do it is not offered the form: the page says so at its head.
        name = "" if isinstance(refused, NoAuthority) else typed.name
        return again(replace(typed, name=name, sentence=str(refused)), _status(refused))
    ledger.transact(lambda books: settle_form(books.connection, form, then, said))
    return _told(desk, form, then)


def _done_before(desk: Desk, form: str, then: str) -> Response:
    def found(books: Books) -> str:
        row = form_of(books.connection, form)
        if row is not None and not row.location:
            settle_form(books.connection, form, "", _IN_DOUBT)
        return row.location if row is not None else ""

    return _told(desk, form, desk.parts.ledger.transact(found) or then)


def _told(desk: Desk, form: str, then: str) -> Response:
    response, secure = RedirectResponse(then, 303), desk.visit.secure
    response.set_cookie(
        SAID, form, max_age=_SAID_SECONDS, httponly=True, samesite="strict", secure=secure
    )
    return response


def _status(refused: NotAllowed) -> int:
    if isinstance(refused, NoAuthority):
        return 403
    return 409 if isinstance(refused, Changed) else 422
