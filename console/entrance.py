"""The entrance: every request is checked here before any page sees it.

Pages that are not named as public are for people who signed in, as soon as somebody manages
people; before that the desk can be read on this machine, and nothing can be done.
"""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse

from console.api.rates import Rates, sender_of
from console.desk import Desk, desk_of
from console.live_answers import Answer, LiveAnswers, is_shared, unchanged_or
from console.pages.live import pulse_of
from console.pages.sign_in import ask_who
from console.same_origin import SAFE_METHODS, is_own
from console.visit import sent_path, visit_of

# Under these names everybody may come in, signed in or not.
_PUBLIC = ("/sign-in", "/link", "/language")
_SENTENCES = {
    "elsewhere": "This form came from another site. Nothing was done.",
    "flood": "Too many tries came from there. Wait a minute.\n",
    "unguarded": "Nobody manages people yet: that begins on the machine that Duncan runs on.",
}


async def enter(request: Request, answer: Answer) -> Response:
    """Let a request in, ask who it is, or refuse it."""
    path = request.url.path
    if path == "/sign-in" and request.method == "POST" and (wait := _seconds_to_wait(request)):
        return PlainTextResponse(_SENTENCES["flood"], 429, {"Retry-After": str(wait)})
    if path == "/health" or path.startswith("/static/"):
        # These say nothing about anybody, and have to answer while the books cannot.
        return await answer(request)
    desk = desk_of(request)
    known = desk.parts.settings
    public_url = known.public_url if known else ""
    visit = await asyncio.to_thread(
        visit_of, request, desk.parts.ledger, desk.demo, desk.now(), public_url
    )
    request.state.visit = visit
    desk = desk_of(request)
    if not is_own(request):
        return desk.problem(403, _SENTENCES["elsewhere"])
    if not visit.guarded and not visit.is_here and not _is_public(path):
        return desk.problem(403, _SENTENCES["unguarded"])
    if visit.person is not None or not visit.guarded or _is_public(path):
        return await (_live(request, desk, answer) if visit.is_live else answer(request))
    return await _to_sign_in(request, desk)


async def _live(request: Request, desk: Desk, answer: Answer) -> Response:
    """An open page asks for itself again; where reads are noted, everybody reads for himself."""
    if request.method != "GET" or request.app.state.reads is not None:
        return await answer(request)
    if not is_shared(desk.visit.path):
        return await unchanged_or(request, await answer(request))
    answers, beat = request.app.state.live_answers, pulse_of(request, desk).last.count
    assert isinstance(answers, LiveAnswers), "create_app puts it there"
    return await answers.shared(request, desk.visit, beat, answer)


def _seconds_to_wait(request: Request) -> int:
    """How long the sender's next try has to wait, before anything is read of it or looked up."""
    tries = request.app.state.tries
    assert isinstance(tries, Rates), "create_app puts it there"
    return tries.wait_seconds(sender_of(request))


async def _to_sign_in(request: Request, desk: Desk) -> Response:
    if request.method not in SAFE_METHODS:
        # The session ended while a form was filled in: what was typed is kept.
        return await ask_who(request, desk)
    if desk.visit.is_live:
        return Response(status_code=401)
    place = sent_path(request) + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?{urlencode({'next': place})}", 303)


def _is_public(path: str) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in _PUBLIC)
