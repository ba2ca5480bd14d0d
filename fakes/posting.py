"""Posts to us as the providers do: at least once, perhaps late, out of order or forged."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TypeVar
from urllib.parse import urlsplit

_TIMEOUT_SECONDS = 15
_SUCCESS, _SERVER_ERROR = range(200, 300), range(500, 600)
Item = TypeVar("Item")


@dataclass(frozen=True)
class Manner:
    """How posts go out. `tries` above one repeats what the provider itself would repeat."""

    duplicated: bool = False
    reordered: bool = False
    delay_seconds: float = 0
    wrongly_signed: bool = False
    unsigned: bool = False
    # So much older than now the signed timestamp is.
    age_seconds: int = 0
    tries: int = 1
    # The address Twilio signs for, where a proxy stands between it and the one posted to.
    signed_url: str = ""

    def ordered(self, items: Sequence[Item]) -> list[Item]:
        """The items in the order they go out."""
        return list(reversed(items)) if self.reordered else list(items)


AS_ALWAYS = Manner()


@dataclass(frozen=True)
class Answer:
    """What came back; `status` is None where nobody answered."""

    status: int | None
    body: bytes = b""
    media_type: str = ""


def unless_taken(answer: Answer) -> bool:
    """SendGrid repeats events until somebody takes them."""
    return answer.status not in _SUCCESS


def on_server_error(answer: Answer) -> bool:
    """SendGrid repeats inbound mail, and Twilio its posts, after a 5xx or no answer."""
    return answer.status is None or answer.status in _SERVER_ERROR


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    manner: Manner = AS_ALWAYS,
    repeats: Callable[[Answer], bool] = on_server_error,
) -> list[Answer]:
    """Post in this manner; one answer for every request made. Follows no redirect."""
    time.sleep(manner.delay_seconds)
    answers: list[Answer] = []
    for _ in range(2 if manner.duplicated else 1):
        for _ in range(manner.tries):
            answers.append(_posted(url, body, headers))
            if not repeats(answers[-1]):
                break
    return answers


def _posted(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    at = urlsplit(url)
    kind = HTTPSConnection if at.scheme == "https" else HTTPConnection
    connection = kind(at.hostname or "", at.port, timeout=_TIMEOUT_SECONDS)
    path = (at.path or "/") + (f"?{at.query}" if at.query else "")
    try:
        connection.request("POST", path, body, dict(headers))
        response = connection.getresponse()
        return Answer(response.status, response.read(), response.getheader("Content-Type", ""))
    except (OSError, HTTPException):
        return Answer(None)
    finally:
        connection.close()
