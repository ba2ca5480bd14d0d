"""Taking in what a provider posts: read, verify, store, and only then acknowledge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, partial
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.responses import PlainTextResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import ClientDisconnect

from console.api.rates import Rates, sender_of
from console.webhooks.bodies import Place, Room, read_body
from console.webhooks.keys import WebhookKeys
from console.webhooks.refusals import Refusals, Refused
from console.webhooks.signatures import Doubt, Verdict
from console.webhooks.storing import Storing
from ledger.arrivals import Incoming
from ledger.ledger import Ledger
from ledger.spans import carried

# Twilio hangs up after fifteen seconds; it should hear from us before.
STORING = timedelta(seconds=10)
_GAVE_UP = Refused(400, "the sender hung up")
# These may be our own doing, so the sender is asked to come again.
_OURS = {Doubt.AHEAD}


@dataclass(frozen=True)
class Posted:
    """What was posted, and what verifying it needs."""

    request: Request
    body: bytes
    keys: WebhookKeys
    now: datetime


@dataclass(frozen=True)
class Webhook:
    """One kind of post: who may send it, how large it is, how it is verified and known again.

    `limit` is in bytes; `doubt_unread` is what can be held against it before it is read.
    """

    kind: str
    media_type: str
    limit: int
    has_keys: Callable[[WebhookKeys], bool]
    doubt_unread: Callable[[Request, WebhookKeys], Doubt | None]
    verdict: Callable[[Posted], Verdict]
    fingerprint: Callable[[Posted], str]


@dataclass(frozen=True)
class Intake:
    """Where posts are stored, with the clock and the keys of the door."""

    ledger: Ledger
    keys: WebhookKeys
    now: Callable[[], datetime]
    refusals: Refusals = field(default_factory=Refusals)
    room: Room = field(default_factory=Room)
    # Each process counts its own: what one more lets through is looked at and refused all the same.
    forged: Rates = field(default_factory=lambda: Rates(100, 1.0))

    @cached_property
    def storing(self) -> Storing:
        """What writes to the books."""
        return Storing(self.ledger)

    async def take(self, webhook: Webhook, request: Request, thanks: Response) -> Response:
        """Answer with `thanks` once it is stored, else with why it is not taken."""
        with self.room.place() as place:
            try:
                self._check_not_flooding(request)
                self._look_at(webhook, request)
                body = await read_body(request, place, webhook.limit)
                posted = Posted(request, body, self.keys, self.now())
                verdict = self._verified(webhook, posted)
                await self._store(webhook, posted, verdict)
            except ClientDisconnect:
                return self._refusal(webhook.kind, _GAVE_UP, place)
            except Refused as refused:
                if refused.status == HTTPStatus.FORBIDDEN:
                    self.forged.wait_seconds(sender_of(request))
                return self._refusal(webhook.kind, refused, place)
        return thanks

    def _check_not_flooding(self, request: Request) -> None:
        """Raises Refused for who posted too much that nobody signed, before anything is read."""
        if self.forged.is_empty(sender_of(request)):
            raise Refused(429, "too much came from there that no key confirms")

    def _look_at(self, webhook: Webhook, request: Request) -> None:
        """Raises Refused when it need not be read."""
        if not webhook.has_keys(self.keys):
            raise Refused(503, "no key is set that could verify it")
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != webhook.media_type:
            raise Refused(415, f"it is not {webhook.media_type}")
        self._believe(webhook.doubt_unread(request, self.keys))

    def _verified(self, webhook: Webhook, posted: Posted) -> Verdict:
        verdict = webhook.verdict(posted)
        self._believe(verdict.doubt)
        return verdict

    def _believe(self, doubt: Doubt | None) -> None:
        if doubt is not None:
            is_ours = doubt in _OURS or self.keys.changing
            raise Refused(503 if is_ours else 403, doubt.value)

    async def _store(self, webhook: Webhook, posted: Posted, verdict: Verdict) -> None:
        """Store it, together with what else waits. Raises Refused when the books cannot be written.

        When it takes too long it may be stored all the same: the sender then posts it again, and
        the fingerprint shows that it is here.
        """
        try:
            made = partial(_incoming, webhook, posted, verdict, carried())
            await self.storing.store(made, STORING.total_seconds())
        except TimeoutError:
            raise Refused(503, "the books were busy for too long") from None
        except SQLAlchemyError as error:
            # The error's own text may show what was written; its kind is enough for the log.
            raise Refused(503, f"the books cannot be written ({type(error).__name__})") from None

    def _refusal(self, kind: str, refused: Refused, place: Place) -> Response:
        self.refusals.note(kind, refused, self.now())
        is_ours = refused.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        sentence = HTTPStatus(refused.status).phrase if is_ours else refused.why
        # What was not read of the body is not waited for.
        headers = {} if place.is_whole else {"Connection": "close"}
        return PlainTextResponse(f"Not taken: {sentence}.\n", refused.status, headers)


def _incoming(webhook: Webhook, posted: Posted, verdict: Verdict, trace: str) -> Incoming:
    details = {
        "content_type": posted.request.headers.get("content-type", ""),
        "query": posted.request.url.query,
        "verified_by": verdict.by,
    }
    if trace:
        details["trace"] = trace
    return Incoming(webhook.kind, webhook.fingerprint(posted), posted.body, details, posted.now)


def intake_of(request: Request) -> Intake:
    """The intake that serves the request."""
    intake = request.app.state.intake
    assert isinstance(intake, Intake), "create_webhooks puts it there"
    return intake


TheIntake = Annotated[Intake, Depends(intake_of)]
