"""The web application both doubles live in: finds the door, and lets faults happen at it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from email.utils import format_datetime

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from fakes import sendgrid, twilio
from fakes.accounts import Providers
from fakes.control import create_control
from fakes.fake_providers import FakeProviders
from fakes.faulty_answer import FaultyAnswer
from fakes.records import Call, Channel
from fakes.refusals import refuses

Endpoint = Callable[[Providers, Call], Response]
_ACCOUNT = f"/{twilio.VERSION}/Accounts/{{account}}"
_SETTINGS = "/v3/user/webhooks"
_ENDPOINTS: tuple[tuple[str, str, Endpoint], ...] = (
    ("POST", "/v3/mail/send", sendgrid.send_mail),
    ("GET", "/v3/messages", sendgrid.find_messages),
    ("GET", "/v3/scopes", sendgrid.scopes),
    ("GET", f"{_SETTINGS}/event/settings/all", sendgrid.event_webhooks),
    ("GET", f"{_SETTINGS}/event/settings/signed/{{id}}", sendgrid.event_webhook_key),
    ("GET", f"{_SETTINGS}/event/settings/{{id}}", sendgrid.event_webhook),
    ("GET", f"{_SETTINGS}/parse/settings", sendgrid.parse_settings),
    ("GET", f"{_SETTINGS}/security/policies", sendgrid.security_policies),
    ("POST", f"{_ACCOUNT}/Messages.json", twilio.send_text),
    ("GET", f"{_ACCOUNT}/Messages.json", twilio.find_texts),
    ("GET", f"{_ACCOUNT}/Messages/{{message}}.json", twilio.read_text),
    ("GET", f"{_ACCOUNT}/IncomingPhoneNumbers.json", twilio.find_numbers),
    ("GET", f"{_ACCOUNT}.json", twilio.read_account),
    ("GET", "/v1/Services/{service}", twilio.read_service),
)


def create_fake(fake: FakeProviders) -> Starlette:
    """Both doubles as one application; serve it by `fakes.serving`, which can cut connections."""
    providers = fake.providers
    routes = [
        Route(path, _door(providers, endpoint), methods=[method])
        for method, path, endpoint in _ENDPOINTS
    ]
    lure = Route("/elsewhere", _door(providers, _lure), methods=["GET", "POST"])
    return Starlette(
        routes=[*routes, lure, Mount("/_ctl", create_control(fake))],
        exception_handlers={HTTPException: _no_such_door(providers)},
    )


async def booked(providers: Providers, request: Request) -> Call:
    """The request as a call in the books, its body no longer than the largest mail."""
    body = bytearray()
    async for chunk in request.stream():
        # One byte more than allowed tells that it was too much; the rest is read and dropped.
        body += chunk[: max(0, providers.email.largest_mail_bytes + 1 - len(body))]
    call = Call(
        channel=_channel(request.url.path),
        method=request.method,
        path=request.url.path,
        query=dict(request.query_params),
        headers=dict(request.headers),
        body=bytes(body),
        at=providers.now(),
        names=request.path_params,
    )
    providers.calls.append(call)
    return call


def _door(providers: Providers, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def open_door(request: Request) -> Response:
        call = await booked(providers, request)
        planned = providers.faults.take(call)
        if planned is not None:
            return FaultyAnswer(planned, call, lambda: endpoint(providers, call))
        return _dated(providers, call, endpoint(providers, call))

    return open_door


def _no_such_door(providers: Providers) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def refuse(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        call = await booked(providers, request)
        return _dated(providers, call, refuses(call.channel, error.status_code))

    return refuse


def _dated(providers: Providers, call: Call, answer: Response) -> Response:
    """The answer with the providers' own time, by which a caller can set its clock."""
    call.status = answer.status_code
    answer.headers["Date"] = format_datetime(providers.now(), usegmt=True)
    return answer


def _channel(path: str) -> Channel | None:
    if path.startswith("/v3/"):
        return "email"
    return "sms" if path.startswith((f"/{twilio.VERSION}/", "/v1/")) else None


def _lure(_providers: Providers, _call: Call) -> Response:
    """A success for who follows a redirect: nothing was sent, and a key was given away."""
    return JSONResponse({}, sendgrid.ACCEPTED, headers={"X-Message-Id": "lured"})
