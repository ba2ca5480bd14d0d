"""The desk as a web application: everybody signs in, and nothing comes from elsewhere.

Beside it, and out of its reach, are the API and the webhooks that providers post to.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from commands.people.single_sign_on import single_sign_on
from console import pages
from console.api.access import Service
from console.api.app import Fork as ApiFork
from console.api.app import create_api
from console.api.rates import Rates
from console.desk import Desk, Parts, desk_of
from console.entrance import enter
from console.headers import Secured
from console.jobs import Jobs
from console.live_answers import LiveAnswers
from console.read_log import ReadLog, page_read
from console.reading.paging import DamagedLink
from console.telemetry import telemetry
from console.webhooks.app import Fork, create_webhooks
from console.webhooks.keys import WebhookKeys
from dunning.may import NotAllowed
from dunning.people import NoAuthority

STATIC = Path(__file__).parent / "static"
# Names under which a browser on this machine knows it. Any other name would be a page from
# elsewhere that made its own name point here to read the books (DNS rebinding).
LOCAL_HOSTS = ("127.0.0.1", "localhost")
NO_WEBHOOKS = WebhookKeys()

_PAGE_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'"
)
# Letters style themselves; beyond that they may do nothing, framed or opened on their own.
_LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'self'; sandbox"
)
# Below these stand letters of ours, and customers' own.
_LETTERS = ("/messages/", "/letters/", "/inbox/", "/outgoing/")
# Every module of the folder is pages; by name, as `/plans/new` comes before any plan.
_PAGES = tuple(
    import_module(f"{pages.__name__}.{name}")
    for name in sorted(one.name for one in iter_modules(pages.__path__))
)
# Passwords tried from one address: the books count them too, but a flood must not get so far.
_TRIES_AT_ONCE = 60
_LARGEST_BODY_BYTES = 32_000_000
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_SENTENCES = {
    400: "This address cannot be read: something in it is missing or no number.",
    404: "There is no such page.",
    405: "This page can only be read.",
    413: "That is more than a form holds. Nothing was done.",
    500: "Something went wrong while this page was made. The log says what.",
}


def create_app(
    parts: Parts,
    now: Callable[[], datetime],
    temporal_ui: str = "",
    hosts: Sequence[str] = LOCAL_HOSTS,
    webhooks: WebhookKeys = NO_WEBHOOKS,
    demo: str = "",
) -> FastAPI:
    """The desk over some books.

    `now` is aware: the door's clock, or the last moment of a rehearsal. `temporal_ui` is the
    address of Temporal's own pages, such as ``http://127.0.0.1:8233``; without it, or without an
    engine, no page links there. Requests under other host names than `hosts` are refused, except
    those to webhooks, which are judged by their signatures. `demo` is the person that visitors of
    rehearsed books are, as long as nobody manages people there.
    """
    app = FastAPI(
        title="Duncan", docs_url=None, redoc_url=None, openapi_url=None, telemetry=telemetry()
    )
    provider = single_sign_on(parts.settings) if parts.settings else None
    visitor = demo if parts.origin else ""
    app.state.desk = Desk(parts, now, Jobs(parts.ledger), temporal_ui, visitor, provider=provider)
    app.state.tries = Rates(_TRIES_AT_ONCE, a_second=1.0)
    app.state.live_answers = LiveAnswers()
    noted = parts.settings is not None and parts.settings.audit_reads
    app.state.reads = reads = ReadLog(parts.ledger) if noted else None
    for module in _PAGES:
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(NotAllowed, _not_found)
    app.add_exception_handler(DamagedLink, _damaged)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(Exception, _failed)
    app.middleware("http")(_guard)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=_LARGEST_BODY_BYTES)
    api = create_api(Service(parts, now, reads), telemetry())
    app.add_middleware(ApiFork, api=api)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    posted = create_webhooks(parts.ledger, webhooks, now, telemetry())
    app.add_middleware(Fork, webhooks=posted, prefix=webhooks.prefix)
    public_url = parts.settings.public_url if parts.settings else ""
    app.add_middleware(Secured, tls_only=public_url.startswith("https://"))
    return app


async def _guard(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    # No number in the books holds a NUL, and PostgreSQL refuses to look for one.
    if "\0" in request.url.path or "%00" in request.url.query:
        return _secured(_problem(request, 404, _SENTENCES[404]), request)
    # What says so beforehand is told in words; what does not is cut off while it comes.
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > _LARGEST_BODY_BYTES:
        return _secured(_problem(request, 413, _SENTENCES[413]), request)
    response = await enter(request, answer)
    _note_read(request, response)
    return _secured(response, request)


def _note_read(request: Request, response: Response) -> None:
    reads, desk = request.app.state.reads, desk_of(request)
    if reads is None or desk.visit.person is None:
        return
    if read := page_read(request, response, desk.visit.by, desk.now()):
        reads.note(read)


def _secured(response: Response, request: Request) -> Response:
    path = request.url.path
    is_letter = path.startswith(_LETTERS) and path.endswith("/letter")
    response.headers.update(_HEADERS)
    response.headers["Content-Security-Policy"] = _LETTER_POLICY if is_letter else _PAGE_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN" if is_letter else "DENY"
    # Pages hold names and addresses; the stylesheet may stay, but is asked about each time.
    is_static = path.startswith("/static/")
    response.headers["Cache-Control"] = "no-cache" if is_static else "no-store"
    return response


async def _not_found(request: Request, error: Exception) -> Response:
    return _problem(request, 403 if isinstance(error, NoAuthority) else 404, str(error))


async def _damaged(request: Request, error: Exception) -> Response:
    return _problem(request, 400, str(error))


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "registered for these only"
    sentence = _SENTENCES.get(error.status_code, str(error.detail))
    response = _problem(request, error.status_code, sentence)
    response.headers.update(error.headers or {})
    return response


async def _unreadable(request: Request, _error: Exception) -> Response:
    return _problem(request, 400, _SENTENCES[400])


async def _failed(request: Request, _error: Exception) -> Response:
    # This answer is made outside all middleware.
    return _secured(_problem(request, 500, _SENTENCES[500]), request)


def _problem(request: Request, status: int, sentence: str) -> Response:
    return desk_of(request).problem(status, sentence)
