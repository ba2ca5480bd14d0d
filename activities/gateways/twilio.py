"""Twilio: text messages. It cannot recognise a repeated request, so nothing is repeated."""

from __future__ import annotations

import base64
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request

from twilio.base.exceptions import (
    TwilioException,
    TwilioRestException,
    TwilioServiceException,
)
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from activities.gateways.interface import (
    Accepted,
    Outcome,
    OutgoingMessage,
    RetryLater,
    SentBefore,
    Unknown,
)
from activities.gateways.provider_call import (
    TIMEOUT_SECONDS,
    AnswerLostError,
    NotReachedError,
    ProviderCall,
)
from activities.gateways.twilio_answers import outcome_of
from activities.sms_segments import plain_sms

RETRY_AFTER = timedelta(minutes=15)
LONGEST_QUEUED = timedelta(hours=10)
# What may be queued for less than this would hardly come out.
SHORTEST_QUEUED = timedelta(seconds=10)
CALLBACK = "/webhooks/twilio/status"
# How far our clock may be ahead of Twilio's when a message is looked up.
_CLOCKS_APART = timedelta(minutes=2)
_PREFIX = "Unable to create record"
# What the library raises over an answer that is none of Twilio's.
_NOT_UNDERSTOOD = (TwilioException, ValueError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True)
class TwilioAccount:
    """One account, by its token or by an API key (`user`, `secret`), and who its messages are from.

    `service` is a messaging service; without one, `sender` is a number of the account.
    """

    sid: str
    user: str
    secret: str = field(repr=False)
    sender: str = ""
    service: str = ""
    base_url: str = ""
    # Our own public address: with it, Twilio tells what became of each message.
    public_url: str = ""
    timeout_seconds: float = TIMEOUT_SECONDS


class TwilioGateway:
    """Hands text messages to Twilio."""

    def __init__(self, account: TwilioAccount) -> None:
        self._account = account
        self._client = Client(
            account.user,
            account.secret,
            account.sid,
            http_client=_OneCall(ProviderCall(account.timeout_seconds)),
            # Whatever else the environment holds for this library does not count.
            environment={"TWILIO_REGION": ""},
        )
        if account.base_url:
            self._client.api.base_url = account.base_url

    def send(self, message: OutgoingMessage) -> Outcome:
        """Hand one text message over, once."""
        queued = _may_queue(message)
        if queued < SHORTEST_QUEUED:
            return RetryLater("WINDOW_CLOSED", "The sending window is over.", RETRY_AFTER)
        try:
            return self._create(message, queued)
        except NotReachedError as error:
            return RetryLater("UNREACHABLE", f"Twilio cannot be reached: {error}", RETRY_AFTER)
        except AnswerLostError as error:
            return Unknown(f"Twilio did not answer to the end: {error}")

    def look_up(self, message: SentBefore) -> Accepted | None:
        """Look for the same text among the latest messages to the number since it was handed over.

        A message that is not found may yet appear, so that answers None too.
        """
        since = message.at.astimezone(UTC) - _CLOCKS_APART
        try:
            found = list(
                self._client.messages.page(
                    to=message.to_address, date_sent_after=since, page_size=50
                )
            )
        except (NotReachedError, AnswerLostError, *_NOT_UNDERSTOOD):
            return None
        matching = (one.sid for one in found if one.sid and _is_same(one, message.text, since))
        return next((Accepted(sid) for sid in matching), None)

    def _create(self, message: OutgoingMessage, queued: timedelta) -> Outcome:
        fields = self._fields(message, queued)
        try:
            created = self._client.messages.create(**fields)
        except (TwilioRestException, TwilioServiceException) as error:
            return _refused(error)
        except _NOT_UNDERSTOOD:
            return Unknown("Twilio's answer was none of its own.")
        if not isinstance(created.sid, str) or not created.sid:
            return Unknown("Twilio's answer names no message.")
        return Accepted(created.sid)

    def _fields(self, message: OutgoingMessage, queued: timedelta) -> dict[str, Any]:
        account = self._account
        sender = (
            {"messaging_service_sid": account.service}
            if account.service
            else {"from_": account.sender}
        )
        callback = f"{account.public_url}{CALLBACK}?{urlencode({'a': message.attempt})}"
        return {
            "to": message.to_address,
            "body": plain_sms(message.text),
            "smart_encoded": True,
            "validity_period": int(queued.total_seconds()),
            # Its guess at fraud would hold back messages to numbers that are known to us.
            "risk_check": "disable",
            **sender,
            **({"status_callback": callback} if account.public_url else {}),
        }


def _may_queue(message: OutgoingMessage) -> timedelta:
    if message.valid_until is None:
        return LONGEST_QUEUED
    return min(LONGEST_QUEUED, message.valid_until - message.at)


def _is_same(found: Any, text: str, since: datetime) -> bool:  # noqa: ANN401 - the library's type takes a second to load
    wanted, body = plain_sms(text).strip(), plain_sms(str(found.body)).strip()
    created = found.date_created
    # A trial account's messages begin with a sentence of Twilio's.
    same = bool(wanted) and body.endswith(wanted)
    return same and isinstance(created, datetime) and created >= since


def _refused(error: TwilioRestException | TwilioServiceException) -> Outcome:
    """Both kinds of the library's errors carry a status, a code and a sentence."""
    code = error.code if isinstance(error.code, int) else None
    sentence = getattr(error, "msg", None) or getattr(error, "detail", None) or ""
    return outcome_of(error.status, code, str(sentence).removeprefix(_PREFIX).lstrip(": "))


class _OneCall(HttpClient):  # type: ignore[misc]  # The library ships without types.
    """The library's requests over a call that ends in time, is made once and follows no redirect.

    The library's own would log the numbers it asks for.
    """

    def __init__(self, call: ProviderCall) -> None:
        super().__init__(logging.getLogger(__name__), is_async=False)
        self._call = call

    def request(  # noqa: PLR0913, PLR0917 - as the library has it
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,  # noqa: FBT001, FBT002 - as the library has it
    ) -> Response:
        """Ask once."""
        del timeout, allow_redirects
        assert auth, "the client always logs in"
        login = base64.b64encode(":".join(auth).encode()).decode()
        asked = Request(  # noqa: S310 - the settings allow https only
            f"{uri}?{urlencode(params, doseq=True)}" if params else uri,
            data=urlencode(data, doseq=True).encode() if data else None,
            headers={**(headers or {}), "Authorization": f"Basic {login}"},
            method=method,
        )
        answer = self._call.ask(asked)
        return Response(answer.status, answer.body.decode(errors="replace"))
