"""SendGrid: e-mail by its v3 API. It cannot tell a repeated request, so nothing is repeated."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.request import Request
from urllib.response import addinfourl

from python_http_client import Client
from sendgrid import SendGridAPIClient

from activities.gateways.interface import (
    Accepted,
    ChannelDown,
    Outcome,
    OutgoingMessage,
    Refused,
    RetryLater,
    SentBefore,
    Unknown,
)
from activities.gateways.mail_check import checked
from activities.gateways.provider_call import (
    TIMEOUT_SECONDS,
    Answer,
    AnswerLostError,
    NotReachedError,
    ProviderCall,
)
from activities.gateways.sendgrid_mail import ATTEMPT, mail_of

RETRY_AFTER = timedelta(minutes=15)
# Without a word about when, and at most, whatever the word.
BUSY = timedelta(minutes=1)
LONGEST_BUSY = timedelta(hours=1)
_ACCEPTED = range(200, 300)
# A success with a page in it comes from somebody else, perhaps on the way there.
_PROVES_NOTHING = frozenset({*_ACCEPTED, 408, *range(500, 1000)})
_NOT_ALLOWED = frozenset({401, 402, 403})
_ABOUT_THE_MAIL = frozenset({400, 413, 422})
_BUSY = 429
_TO_ADDRESS = re.compile(r"personalizations\.\d+\.to\.\d+\.email")
_SECONDS = re.compile(r"[0-9]{1,12}")
# What may stand in a query between quotes.
_ATTEMPT = re.compile(r"[0-9A-Za-z-]+")


@dataclass(frozen=True)
class SendGridAccount:
    """One account. `has_email_activity`: its paid add-on, by which mails can be looked up."""

    api_key: str = field(repr=False)
    host: str = "https://api.sendgrid.com"
    has_email_activity: bool = False
    timeout_seconds: float = TIMEOUT_SECONDS


class SendGridGateway:
    """Hands mails to SendGrid."""

    def __init__(self, account: SendGridAccount) -> None:
        _keep_quiet()
        self._account = account
        sdk = SendGridAPIClient(account.api_key, host=account.host)
        call = ProviderCall(account.timeout_seconds)
        self._client = _Client(call, account.host, sdk.client.request_headers)

    def send(self, message: OutgoingMessage) -> Outcome:
        """Hand one mail over, once."""
        mail = checked(message)
        if isinstance(mail, Refused):
            return mail
        try:
            response = self._client.mail.send.post(request_body=mail_of(mail))
        except NotReachedError as error:
            return RetryLater("UNREACHABLE", f"SendGrid cannot be reached: {error}", RETRY_AFTER)
        except AnswerLostError as error:
            return Unknown(f"SendGrid did not answer to the end: {error}")
        answer = Answer(response.status_code, response.headers, response.body)
        return outcome_of(answer, message)

    def look_up(self, message: SentBefore) -> Accepted | None:
        """Ask the Email Activity API for the attempt, where the account has it."""
        if not self._account.has_email_activity or not _ATTEMPT.fullmatch(message.attempt):
            return None
        query = {"query": f"unique_args['{ATTEMPT}']=\"{message.attempt}\"", "limit": 1}
        try:
            response = self._client.messages.get(query_params=query)
        except (NotReachedError, AnswerLostError):
            return None
        answer = Answer(response.status_code, response.headers, response.body)
        return _found(answer) if answer.status in _ACCEPTED else None


def outcome_of(answer: Answer, message: OutgoingMessage) -> Outcome:
    """What an answer to mail/send says of the message: accepted, refused, or perhaps neither.

    Its own server errors are no proof that nothing was sent, so they are unknown outcomes.
    """
    status, why = answer.status, _worded(answer)
    known = answer.headers.get("X-Message-Id")
    if status in _ACCEPTED and (known or not answer.body):
        return Accepted(known or message.message_id)
    if status in _PROVES_NOTHING:
        return Unknown(why)
    if status == _BUSY:
        return RetryLater("BUSY", why, _pause(answer.headers, message.at))
    if status in _ABOUT_THE_MAIL:
        dead = any(_TO_ADDRESS.fullmatch(field) for _, field in _errors(answer))
        return Refused(f"SENDGRID_{status}", why, address_is_dead=dead)
    if status in _NOT_ALLOWED:
        return ChannelDown("AUTH", f"{why}. Look at the API key, the sender and the account.")
    # A redirect, or a path, method or format that is not known there: not SendGrid, or not its v3.
    return ChannelDown("CONFIG", f"{why}. Look at the host in the settings.")


def _pause(headers: Mapping[str, str], now: datetime) -> timedelta:
    """Until the limit is lifted; the claim's moment is near enough to the answer's."""
    seconds, reset = headers.get("Retry-After", ""), headers.get("X-RateLimit-Reset", "")
    if _SECONDS.fullmatch(reset):
        wanted = timedelta(seconds=int(reset) - now.timestamp())
    elif _SECONDS.fullmatch(seconds):
        wanted = timedelta(seconds=int(seconds))
    else:
        wanted = BUSY
    return min(max(wanted, timedelta(seconds=1)), LONGEST_BUSY)


def _worded(answer: Answer) -> str:
    said = "; ".join(f"{text} ({field})" if field else text for text, field in _errors(answer))
    return f"SendGrid answered {answer.status}{f': {said}' if said else ''}"[:300].rstrip(" .")


def _errors(answer: Answer) -> list[tuple[str, str]]:
    """The sentences of an error answer, each with the field of the mail it is about."""
    found = [error for error in _list(answer, "errors") if isinstance(error, dict)]
    return [(str(error.get("message") or ""), str(error.get("field") or "")) for error in found]


def _found(answer: Answer) -> Accepted | None:
    first = next(iter(_list(answer, "messages")), None)
    known = first.get("msg_id") if isinstance(first, dict) else None
    return Accepted(known) if isinstance(known, str) and known else None


def _list(answer: Answer, name: str) -> list[Any]:
    found = answer.fields.get(name)
    return found if isinstance(found, list) else []


def _keep_quiet() -> None:
    """The library logs the key and the whole mail where its logger lets DEBUG pass."""
    for name in ("python_http_client", "python_http_client.client"):
        logging.getLogger(name).setLevel(logging.WARNING)


class _Client(Client):  # type: ignore[misc]  # The library ships without types.
    """The library's client over a call that ends in time and follows no redirect.

    The library's own would repeat a redirected POST as a GET, with the key, at the other host.
    """

    def __init__(
        self,
        call: ProviderCall,
        host: str,
        request_headers: dict[str, str],
        url_path: list[str] | None = None,
    ) -> None:
        super().__init__(host, request_headers, version=3, url_path=url_path)
        self.call = call

    def _build_client(self, name: str | None = None) -> _Client:
        path = [*self._url_path, name] if name else self._url_path
        return _Client(self.call, self.host, self.request_headers, path)

    def _make_request(self, opener: Any, request: Request, timeout: Any = None) -> addinfourl:  # noqa: ANN401 - as the library has it
        del opener, timeout
        answer = self.call.ask(request)
        return addinfourl(BytesIO(answer.body), answer.headers, request.full_url, answer.status)  # type: ignore[arg-type]
