"""Who calls the API: a key, its scopes, and how often it may call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, TypeVar

from fastapi import Depends, Request, Response, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from activities.planning import Planner
from commands.acting import Acting
from commands.api_keys.actions import SCOPES, Caller, caller_of
from commands.authority import demand
from console.api.problems import Refusal
from console.api.rates import Rates
from console.desk import Parts
from console.read_log import ReadLog, call_read
from ledger.ledger import Ledger

A = TypeVar("A", bound=Acting)
_BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="key",
    description="A key from `duncan api-key add`. "
    + " ".join(f"{k}: {v}." for k, v in SCOPES.items()),
)
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="Duncan"'}


@dataclass(frozen=True)
class Service:
    """What the API works on; `rates` limits keys, `strangers` addresses with keys that fail."""

    parts: Parts
    now: Callable[[], datetime]
    reads: ReadLog | None = None
    rates: Rates = field(default_factory=lambda: Rates(300, 10))
    strangers: Rates = field(default_factory=lambda: Rates(30, 0.5))


@dataclass(frozen=True)
class Call:
    """One call: whose it is, what it works on, and its moment."""

    service: Service
    caller: Caller
    now: datetime

    @property
    def ledger(self) -> Ledger:
        """The books."""
        return self.service.parts.ledger

    @property
    def planner(self) -> Planner:
        """The policies."""
        return self.service.parts.planner

    @property
    def by(self) -> str:
        """The name that acts."""
        return self.caller.person.person

    def acting(self, actions: type[A], seen: int | None = None) -> A:
        """The actions of whoever calls; `seen` is the newest fact it knew."""
        return actions(self.ledger, self.planner, self.by, self.now, seen)


def call_of(
    scopes: SecurityScopes,
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
) -> Call:
    """The call, when its key opens what is asked for. Raises Refusal: 401, 403 or 429."""
    service = request.app.state.service
    assert isinstance(service, Service), "create_api puts it there"
    now = service.now()
    caller = caller_of(service.parts.ledger, bearer.credentials, now) if bearer else None
    if caller is None:
        _slow_down(service.strangers, request.client.host if request.client else "")
        sentence = "This needs a key that is in force, as `Authorization: Bearer KEY`."
        raise Refusal(401, "no_key", sentence, **_CHALLENGE)
    _slow_down(service.rates, caller.key)
    for scope in scopes.scopes:
        if scope not in caller.scopes:
            raise Refusal(403, "scope", f"The key lacks the scope {scope}.")
    if request.method == "GET":
        demand(service.parts.ledger, caller.person.person, "read", "Api.read", "", now)
    request.state.caller = caller
    return Call(service, caller, now)


def note_read(request: Request, response: Response) -> None:
    """Note what a call was answered with, where reads are recorded."""
    service, caller = request.app.state.service, getattr(request.state, "caller", None)
    if (
        service.reads
        and caller
        and request.method == "GET"
        and response.status_code == HTTPStatus.OK
    ):
        person = caller.person.person
        service.reads.note(call_read(request, person, caller.key, service.now()))


def _slow_down(rates: Rates, key: str) -> None:
    if wait := rates.wait_seconds(key):
        headers = {"Retry-After": str(wait)}
        raise Refusal(429, "too_many", f"That is too often: wait {wait} s.", **headers)


Reader = Annotated[Call, Security(call_of, scopes=["read"])]
RepliesReader = Annotated[Call, Security(call_of, scopes=["replies:read"])]
ReportsReader = Annotated[Call, Security(call_of, scopes=["reports:read"])]
CaseWriter = Annotated[Call, Security(call_of, scopes=["cases:write"])]
Approver = Annotated[Call, Security(call_of, scopes=["approvals:write"])]
RepliesWriter = Annotated[Call, Security(call_of, scopes=["replies:write"])]
ImportsWriter = Annotated[Call, Security(call_of, scopes=["imports:write"])]
