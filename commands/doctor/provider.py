"""Asking a provider one thing on the doctor's behalf, and wording what it answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.request import Request

from activities.gateways.provider_call import (
    Answer,
    AnswerLostError,
    NotReachedError,
    ProviderCall,
)

OK, UNAUTHORISED, FORBIDDEN, NOT_FOUND = 200, 401, 403, 404
REFUSES_US = frozenset({UNAUTHORISED, FORBIDDEN})
# A check-up asks several things; none of them may keep people waiting for long.
TIMEOUT_SECONDS = 5.0


class NoAnswer(OSError):  # noqa: N818 - a state of the world, worded for people
    """Somebody did not answer; the text says who and why, and nothing of what was asked."""


def ask(
    who: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
) -> Answer:
    """What is answered to a GET, or to a POST of the body; a refusal and a redirect too.

    The address must be https or on this machine, as the settings' check demands. Raises NoAnswer.
    """
    asked = Request(url, data=body, headers=dict(headers))  # noqa: S310 - see above
    try:
        return ProviderCall(TIMEOUT_SECONDS).ask(asked)
    except NotReachedError as error:
        raise NoAnswer(f"{who} cannot be reached: {error}") from None
    except AnswerLostError as error:
        raise NoAnswer(f"{who} did not answer: {error}") from None


def as_json(body: Mapping[str, object]) -> bytes:
    """A body as bytes of JSON."""
    return json.dumps(body).encode()
