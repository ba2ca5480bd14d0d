"""Refusals of the API as problem details (RFC 9457), each with one plain sentence."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from commands.authority import Changed
from console.reading.paging import DamagedLink
from dunning.may import NotAllowed
from dunning.people import NoAuthority
from intake.rows import UnreadableFile
from ledger.books import UnknownInvoice

MEDIA_TYPE = "application/problem+json"
_SENTENCES = {
    404: "There is no such address in the API.",
    405: "This address does not take that method.",
    413: "That is more than the API takes at once. Nothing was done.",
    500: "Something went wrong here. The log says what.",
}
_MOST_FIELDS = 20


class FieldProblem(BaseModel):
    """What is wrong with one part of a request."""

    field: str
    sentence: str


class Problem(BaseModel):
    """A refusal. `code` is for programs, `detail` one sentence for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    fields: list[FieldProblem] = []


class Refusal(Exception):  # noqa: N818 - worded for whoever called
    """A request that is answered with a problem."""

    def __init__(self, status: int, code: str, detail: str, **headers: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.headers = status, code, headers


def problem(
    status: int,
    code: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    fields: list[dict[str, str]] | None = None,
) -> JSONResponse:
    """The answer of a refusal."""
    said: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "fields": fields or [],
    }
    return JSONResponse(said, status, dict(headers or {}), MEDIA_TYPE)


def told(refused: Exception) -> tuple[int, str]:
    """The status and the code of what a rule, a list or a reader refuses."""
    match refused:
        case NoAuthority():
            return 403, "not_authorized"
        case UnknownInvoice():
            return 404, "unknown"
        case Changed():
            return 412, "changed"
        case DamagedLink():
            return 400, "damaged"
        case UnreadableFile():
            return 422, "unreadable"
        case _:
            return 422, "refused"


async def refused(_request: Request, error: Exception) -> JSONResponse:
    """The answer to a refusal of ours."""
    if isinstance(error, Refusal):
        return problem(error.status, error.code, str(error), error.headers)
    return problem(*told(error), str(error))


async def unreadable(_request: Request, error: Exception) -> JSONResponse:
    """The answer to a request whose parts do not fit; what was sent is not repeated."""
    assert isinstance(error, RequestValidationError), "registered for these only"
    fields = [
        {"field": ".".join(map(str, one["loc"])), "sentence": f"{one['msg']}."}
        for one in error.errors()[:_MOST_FIELDS]
    ]
    return problem(422, "invalid", "Some parts of the request cannot be used.", None, fields)


async def of_http(_request: Request, error: Exception) -> JSONResponse:
    """The answer to what the framework refuses."""
    assert isinstance(error, HTTPException), "registered for these only"
    status = error.status_code
    sentence = _SENTENCES.get(status, "The request cannot be read.")
    return problem(status, "http", sentence, error.headers)


async def failed(_request: Request, _error: Exception) -> JSONResponse:
    """The answer when we are wrong."""
    return problem(500, "failed", _SENTENCES[500])


HANDLERS: dict[int | type[Exception], Any] = {
    Refusal: refused,
    NotAllowed: refused,
    DamagedLink: refused,
    UnreadableFile: refused,
    RequestValidationError: unreadable,
    HTTPException: of_http,
    Exception: failed,
}
