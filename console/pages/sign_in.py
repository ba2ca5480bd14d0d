"""Coming in and leaving: signing in, one-time links, the language, another password."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from commands.people.passwords import BusyDoor
from commands.people.sign_in import SignIns, TooManyTries
from commands.people.single_sign_on import WAY
from console.desk import Desk, TheDesk
from console.typed import FORM, TheForm, Typed, typed_of
from console.visit import DEMO, LANGUAGE, SESSION, own_page, sent_path
from console.words.languages import LANGUAGES
from dunning.may import NotAllowed
from ledger.people import people_of
from ledger.sign_ins import LONGEST, end_session

router = APIRouter()
_YEAR_SECONDS = 31_536_000
_MOST_KEPT = 4_000_000


def sign_ins(desk: TheDesk) -> SignIns:
    """The door, for where the request came from."""
    known = desk.parts.settings
    only = known.break_glass.strip().casefold() if known and known.oidc_only else ""
    return SignIns(desk.parts.ledger, desk.now(), desk.visit.address, only)


Door = Annotated[SignIns, Depends(sign_ins)]


async def ask_who(request: Request, desk: Desk) -> Response:
    """Ask who it is before a form is acted on; what was typed waits in the page meanwhile."""
    typed = await typed_of(request)
    sent = await request.form()
    # A file cannot wait in a page: it has to be chosen again.
    has_file = any(not isinstance(one, str) and one.filename for _, one in sent.multi_items())
    await sent.close()
    fields = [[name, one] for name, several in typed.lists.items() for one in several]
    kept = json.dumps({"to": sent_path(request), "fields": fields, "file": has_file})
    return ask(desk, Typed(), 401, kept=kept)


@router.get("/sign-in")
def sign_in_page(desk: TheDesk, next: str = "/") -> Response:  # noqa: A002 - stands in addresses
    """Ask for name and password."""
    return ask(desk, Typed(values={"next": next}), 200)


@router.post("/sign-in")
def sign_in(desk: TheDesk, door: Door, request: Request, typed: TheForm) -> Response:
    """Begin a session, and go on where the person was."""
    try:
        token = door.by_password(typed.values.get("name", ""), typed.values.get("password", ""))
    except NotAllowed as refused:
        status = 429 if isinstance(refused, TooManyTries | BusyDoor) else 401
        shown = Typed("sign-in", typed.values, sentence=str(refused))
        return ask(desk, shown, status, kept=typed.values.get("kept", ""))
    kept = _kept(typed.values.get("kept", ""))
    if kept:
        answer: Response = desk.page("sign_in_continue.html", to=kept[0], fields=kept[1])
    else:
        answer = RedirectResponse(own_page(typed.values.get("next", "/")), 303)
    return with_session(answer, request, desk, token)


@router.post("/sign-out")
def sign_out(desk: TheDesk, request: Request, door: Door) -> Response:
    """End the session; who came in by the provider is told how to end that one too."""
    token = request.cookies.get(SESSION, "")
    if token:
        door.leave(token)
    by_provider = desk.provider is not None and desk.visit.way == WAY
    answer = RedirectResponse("/sign-in/left" if by_provider else "/sign-in", 303)
    answer.delete_cookie(SESSION)
    return answer


@router.get("/sign-in/demo")
def demo_page(desk: TheDesk) -> Response:
    """Choose as whom to look at rehearsed books."""
    _check_demo(desk)
    with desk.parts.ledger.reading() as books:
        people = [one for one in people_of(books.connection) if one.active]
    return desk.page("sign_in_demo.html", people=people)


@router.post("/sign-in/demo")
def demo(desk: TheDesk, door: Door, request: Request, typed: TheForm) -> Response:
    """Be somebody of the demo's team; without a password, so only in rehearsed books."""
    _check_demo(desk)
    token = door.trusted(typed.values.get("person", ""), DEMO)
    return with_session(RedirectResponse("/queue", 303), request, desk, token)


@router.get("/link/{token}")
def link_page(desk: TheDesk, door: Door, token: str) -> Response:
    """Choose a password by a one-time link."""
    return _link_page(desk, door, token, Typed(), 200)


@router.post("/link/{token}")
def link(desk: TheDesk, door: Door, request: Request, token: str, typed: TheForm) -> Response:
    """Keep the password, use the link up, and begin a session."""
    values = typed.values
    try:
        session = door.by_link(
            token, _twice(typed), values.get("name", ""), values.get("shown", "")
        )
    except NotAllowed as refused:
        return _link_page(desk, door, token, Typed("link", values, sentence=str(refused)), 422)
    return with_session(RedirectResponse("/", 303), request, desk, session)


@router.get("/password")
def password_page(desk: TheDesk) -> Response:
    """Choose another password."""
    return desk.page("password.html")


@router.post("/password")
def password(desk: TheDesk, door: Door, request: Request, typed: TheForm) -> Response:
    """Keep another password; every other session of the person ends."""
    try:
        door.change_password(desk.visit.by, typed.values.get("old", ""), _twice(typed))
    except NotAllowed as refused:
        return desk.page("password.html", 422, typed=Typed("password", {}, sentence=str(refused)))
    token = door.trusted(desk.visit.by, "password")
    return with_session(RedirectResponse("/", 303), request, desk, token)


@router.post("/language")
def language(desk: TheDesk, typed: TheForm) -> Response:
    """Speak another language from now on, in this browser."""
    chosen = typed.values.get("language", "")
    answer = RedirectResponse(own_page(typed.values.get("next", "/")), 303)
    if chosen in LANGUAGES:
        answer.set_cookie(
            LANGUAGE,
            chosen,
            max_age=_YEAR_SECONDS,
            httponly=True,
            samesite="lax",
            secure=desk.visit.secure,
        )
    return answer


def with_session(answer: Response, request: Request, desk: Desk, token: str) -> Response:
    """Give the browser its session; one that it had before ends."""
    before = request.cookies.get(SESSION, "")
    if before:
        desk.parts.ledger.transact(lambda books: end_session(books.connection, before))
    answer.set_cookie(
        SESSION,
        token,
        max_age=int(LONGEST.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=desk.visit.secure,
    )
    return answer


def ask(desk: Desk, typed: Typed, status: int, kept: str = "") -> Response:
    """The page that asks who it is; a form in `kept` waits in it."""
    waiting = _kept(kept)
    passwords = not (desk.provider and desk.parts.settings and desk.parts.settings.oidc_only)
    values = {"kept": kept, "waiting": waiting, "passwords": passwords}
    values["had_file"] = waiting is not None and json.loads(kept).get("file") is True
    return desk.page("sign_in.html", status, typed=typed, **values)


def _link_page(desk: Desk, door: SignIns, token: str, typed: Typed, status: int) -> Response:
    owner = door.person_of_link(token)
    return desk.page("link.html", status if owner else 404, typed=typed, owner=owner, token=token)


def _twice(typed: Typed) -> str:
    """The password, when it was typed twice alike. Raises NotAllowed."""
    password = typed.values.get("password", "")
    if password != typed.values.get("again", ""):
        raise NotAllowed("The two passwords differ.")
    return password


def _check_demo(desk: Desk) -> None:
    if not desk.demo or desk.visit.guarded or not desk.visit.is_here:
        raise NotAllowed("There is no such page.")


def _kept(text: str) -> tuple[str, list[tuple[str, str]]] | None:
    """Where the form that waited goes, and its fields; None when there is none."""
    if not text or len(text) > _MOST_KEPT:
        return None
    try:
        found: Any = json.loads(text)
        fields = [(str(name), str(value)) for name, value in found["fields"]]
        to = str(found["to"])
    except (ValueError, KeyError, TypeError):
        return None
    is_form = any(name == FORM for name, _ in fields)
    return (to, fields) if is_form and own_page(to) == to else None
