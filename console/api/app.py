"""The API as an application of its own, and the fork that leads to it.

It knows no cookies: who calls is proven by a key in a header, which no other site's page can send.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.telemetry import TelemetryConfig
from starlette.middleware.base import RequestResponseEndpoint
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from console.api import acting, reading, reports, taking_in
from console.api.access import Service, note_read
from console.api.problems import HANDLERS, MEDIA_TYPE, Problem

ROOT = "/api/v1"
_LARGEST_BODY_BYTES = 4_000_000
_DOCUMENT = f"{ROOT}/openapi.json"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_REFUSALS = {"4XX": "Refused: nothing was done.", "5XX": "Something went wrong here."}
_ABOUT = (
    "Follows invoices from issue to settlement. Amounts are decimal strings in major units beside"
    " their ISO currency, days are YYYY-MM-DD, moments RFC 3339. Numbers in addresses are"
    " percent-encoded. Refusals are problem details (RFC 9457)."
)


def create_api(service: Service, telemetry: TelemetryConfig) -> FastAPI:
    """The API over some books."""
    app = FastAPI(
        title="Duncan",
        version="1",
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url=_DOCUMENT,
        redirect_slashes=False,
        responses={status: _refusal(said) for status, said in _REFUSALS.items()},
        exception_handlers=HANDLERS,
        telemetry=telemetry,
    )
    app.state.service = service
    for module in (reading, acting, taking_in, reports):
        app.include_router(module.router, prefix=ROOT)
    app.openapi_schema = _document(app)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=_LARGEST_BODY_BYTES)
    app.middleware("http")(_secured)
    return app


@dataclass(frozen=True)
class Fork:
    """Leads what begins with /api/ to the API, and everything else to the desk.

    The path reaches the API as it was sent: a number in it may hold a slash as %2F.
    """

    app: ASGIApp
    api: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return
        sent = scope["raw_path"].partition(b"?")[0].decode("latin-1")
        await self.api({**scope, "path": sent}, receive, send)


async def _secured(request: Request, answer: RequestResponseEndpoint) -> Response:
    response = await answer(request)
    note_read(request, response)
    response.headers.update(_HEADERS)
    return response


def _document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, made once, with the shape that all refusals share."""
    document = app.openapi()
    shapes = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    inner = shapes.pop("$defs")
    document["components"]["schemas"] |= {**inner, "Problem": shapes}
    return document


def _refusal(said: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": said, "content": {MEDIA_TYPE: {"schema": schema}}}
