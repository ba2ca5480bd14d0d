"""The webhooks as an application of their own, and the fork that leads providers to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from console.webhooks import sendgrid, twilio
from console.webhooks.keys import WebhookKeys
from console.webhooks.taking import Intake
from ledger.ledger import Ledger

_PATH = "/webhooks/"
_SENTENCES = {
    404: "There is no such webhook.",
    405: "Webhooks are for providers to post to; there is nothing to read.",
    500: "Something went wrong here. The log says what.",
}


def create_webhooks(
    ledger: Ledger, keys: WebhookKeys, now: Callable[[], datetime], telemetry: TelemetryConfig
) -> FastAPI:
    """The webhooks of some books; without keys of a provider, its posts are put off (503)."""
    app = FastAPI(
        title="Duncan's webhooks",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry=telemetry,
    )
    app.state.intake = Intake(ledger, keys, now)
    app.include_router(sendgrid.router)
    app.include_router(twilio.router)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(Exception, _failed)
    return app


@dataclass(frozen=True)
class Fork:
    """Leads what is posted to webhooks there and everything else to the desk.

    Ahead of the desk's guards: providers know the console by its public name, which opens nothing
    but webhooks, and what they post is judged by its signature. A proxy may leave the path
    `prefix` of the public address on.
    """

    app: ASGIApp
    webhooks: ASGIApp
    prefix: str = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        inside = _without(self.prefix, scope) if scope["type"] == "http" else scope
        is_webhook = scope["type"] == "http" and inside["path"].startswith(_PATH)
        await (self.webhooks if is_webhook else self.app)(inside, receive, send)


def _without(prefix: str, scope: Scope) -> Scope:
    start = f"{prefix}{_PATH}"
    if not prefix or not scope["path"].startswith(start):
        return scope
    raw_path = scope["raw_path"].removeprefix(prefix.encode("ascii"))
    return {**scope, "path": scope["path"].removeprefix(prefix), "raw_path": raw_path}


async def _refused(_request: Request, error: Exception) -> PlainTextResponse:
    assert isinstance(error, HTTPException), "registered for these only"
    status = error.status_code
    sentence = _SENTENCES.get(status, HTTPStatus(status).phrase)
    return PlainTextResponse(f"{sentence}\n", status, error.headers)


async def _failed(_request: Request, _error: Exception) -> PlainTextResponse:
    return PlainTextResponse(f"{_SENTENCES[500]}\n", 500)
