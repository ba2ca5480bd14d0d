"""One request to a provider: one connection, no redirect followed, and an end in time."""

from __future__ import annotations

import io
import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from time import monotonic
from typing import Any
from urllib.error import URLError
from urllib.request import HTTPErrorProcessor, HTTPHandler, HTTPSHandler, Request, build_opener

# Connecting, handing over and the whole answer may each take this long: less than an activity.
TIMEOUT_SECONDS = 8.0
_LONGEST_BODY = 1_000_000


class NotReachedError(Exception):
    """No connection came about: certainly nothing was handed over."""


class AnswerLostError(Exception):
    """The connection stood and then broke or took too long: nobody knows what was taken over."""


@dataclass(frozen=True)
class Answer:
    """What a provider answered; the body is empty where the rest of it did not arrive."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def fields(self) -> Mapping[str, Any]:
        """The body as a JSON object; empty where it is none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


class ProviderCall:
    """Asks once. A connection is never used twice: one that had died would look like a loss."""

    def __init__(self, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._timeout = timeout_seconds
        self._opener = build_opener(_AnyAnswer, _Plain, _Secure(ssl.create_default_context()))

    def ask(self, request: Request) -> Answer:
        """Send the request and return whatever is answered, a redirect or a refusal too.

        Raises NotReachedError or AnswerLostError, whose texts hold nothing of the request.
        """
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                return Answer(response.status, response.headers, _body(response))
        except URLError as error:
            if isinstance(error.reason, _NoConnectionError):
                raise NotReachedError(str(error.reason)) from None
            raise AnswerLostError(_worded(error.reason)) from None
        except (OSError, HTTPException, ValueError) as error:
            raise AnswerLostError(_worded(error)) from None


def _body(response: HTTPResponse) -> bytes:
    try:
        return response.read(_LONGEST_BODY)
    except (OSError, HTTPException):
        # What the status says stands all the same.
        return b""


def _worded(error: object) -> str:
    """The system's words for an error, or its kind; never what the request or answer said."""
    if isinstance(error, TimeoutError):
        return "it took too long"
    reason = error.strerror if isinstance(error, OSError) else None
    return reason or type(error).__name__


class _NoConnectionError(OSError):
    """Raised while connecting only."""


class _TimedReads(io.RawIOBase):
    """Reads until a moment, and not until a moment after every byte."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, end: float) -> None:
        super().__init__()
        self._raw, self._sock, self._end = raw, sock, end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - any writable buffer
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(HTTPResponse):
    """An answer that has to be complete within the time its socket has for one read."""

    def __init__(self, sock: socket.socket, *args: Any, **named: Any) -> None:  # noqa: ANN401
        super().__init__(sock, *args, **named)
        end = monotonic() + (sock.gettimeout() or TIMEOUT_SECONDS)
        self.fp = io.BufferedReader(_TimedReads(self.fp.detach(), sock, end))


class _PlainConnection(HTTPConnection):
    response_class = _TimedResponse

    def connect(self) -> None:
        try:
            super().connect()
        except OSError as error:
            raise _NoConnectionError(_worded(error)) from None


class _SecureConnection(HTTPSConnection):
    response_class = _TimedResponse

    def connect(self) -> None:
        try:
            super().connect()
        except OSError as error:
            raise _NoConnectionError(_worded(error)) from None


class _Plain(HTTPHandler):
    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_PlainConnection, req)


class _Secure(HTTPSHandler):
    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(context=context)
        self._verifying = context

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_SecureConnection, req, context=self._verifying)


class _AnyAnswer(HTTPErrorProcessor):
    """Hands on every answer as it is: none is an exception, and no redirect is followed."""

    def http_response(self, request: Request, response: HTTPResponse) -> HTTPResponse:
        del request
        return response

    https_response = http_response
