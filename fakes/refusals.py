"""How each provider words a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import JSONResponse

from fakes.records import Channel

# Twilio's general codes for a status; the others are the status and 20000.
_TWILIO_CODES = {401: 20003, 403: 20003}


@dataclass(frozen=True)
class Problem:
    """What is wrong with a mail: a sentence, and the field it stands in."""

    message: str
    field: str | None = None


def sendgrid_refuses(status: int, *problems: Problem) -> JSONResponse:
    """SendGrid's error body."""
    worded: Sequence[Problem] = problems or (Problem(HTTPStatus(status).phrase.lower()),)
    errors = [{"message": at.message, "field": at.field, "help": None} for at in worded]
    return JSONResponse({"errors": errors}, status)


def twilio_refuses(status: int, code: int, message: str) -> JSONResponse:
    """Twilio's error body."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": message, "more_info": more, "status": status}
    return JSONResponse(body, status)


def refuses(channel: Channel | None, status: int) -> JSONResponse:
    """The provider's usual body for this status."""
    if channel == "sms":
        code = _TWILIO_CODES.get(status, 20000 + status)
        return twilio_refuses(status, code, HTTPStatus(status).phrase)
    return sendgrid_refuses(status)
