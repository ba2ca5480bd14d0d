"""Coming in by the identity provider: going there, coming back, and leaving it."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from commands.people.sign_in import TooManyTries
from commands.people.single_sign_on import Answered, Asked, SingleSignOn
from console.desk import Desk, TheDesk
from console.pages.sign_in import Door, ask, with_session
from console.typed import Typed
from console.visit import own_page
from dunning.may import NotAllowed

router = APIRouter(prefix="/sign-in")
# What the browser has to bring back from the provider, which only this browser has.
TRY = "duncan_try"
_TRY_SECONDS = 600
_LONGEST_TRY = 4000
_BACK = "/sign-in/back"


@router.get("/provider")
def go(desk: TheDesk, request: Request, next: str = "/") -> Response:  # noqa: A002 - in addresses
    """Send the browser to the provider."""
    try:
        place, asked = _provider(desk).begin(_back(desk, request))
    except NotAllowed as refused:
        return _refused(desk, refused)
    answer = RedirectResponse(place, 303)
    answer.set_cookie(
        TRY,
        urlsafe_b64encode(json.dumps([*asked, own_page(next)]).encode()).decode(),
        max_age=_TRY_SECONDS,
        path="/sign-in",
        httponly=True,
        # The provider's page leads back here, so it has to come with a click from there.
        samesite="lax",
        secure=desk.visit.secure,
    )
    return answer


@router.get("/back")
def come_back(
    desk: TheDesk,
    door: Door,
    request: Request,
    code: str = "",
    state: str = "",
    iss: str = "",
    error: str = "",
) -> Response:
    """Believe the provider, or say why not; then begin a session."""
    asked, place = _try(request.cookies.get(TRY, ""))
    try:
        answered = Answered(code, state, iss, error)
        token = _provider(desk).finish(door, asked, answered, _back(desk, request))
        answer: Response = RedirectResponse(place, 303)
        with_session(answer, request, desk, token)
    except NotAllowed as refused:
        answer = _refused(desk, refused)
    answer.delete_cookie(TRY, path="/sign-in")
    return answer


@router.get("/left")
def left(desk: TheDesk) -> Response:
    """Say that the session here has ended, and where the one at the provider ends."""
    return desk.page("signed_out.html", place=_provider(desk).leaving())


def _provider(desk: Desk) -> SingleSignOn:
    if desk.provider is None:
        raise NotAllowed("There is no such page.")
    return desk.provider


def _back(desk: Desk, request: Request) -> str:
    """Where the provider sends the browser back to: the address that it knows."""
    known = desk.parts.settings
    place = (known.public_url if known else "") or str(request.base_url)
    return f"{place.rstrip('/')}{_BACK}"


def _try(text: str) -> tuple[Asked | None, str]:
    """What the browser brought back, and where the person wanted to go."""
    try:
        found = json.loads(urlsafe_b64decode(text[:_LONGEST_TRY].encode()))
        state, nonce, verifier, place = (str(one) for one in found)
    except (ValueError, TypeError):
        return None, "/"
    return Asked(state, nonce, verifier), own_page(place)


def _refused(desk: Desk, refused: NotAllowed) -> Response:
    status = 429 if isinstance(refused, TooManyTries) else 401
    return ask(desk, Typed("provider", sentence=str(refused)), status)
