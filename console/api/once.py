"""Calls that change something act once, however often they are sent with the same key."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Header, Request, Response
from sqlalchemy import RowMapping

from commands.authority import Changed
from console.api.access import Call
from console.api.problems import MEDIA_TYPE, Refusal, problem, told
from dunning.may import NotAllowed
from intake.rows import UnreadableFile
from ledger.api_keys import claim_call, release_call, settle_call

_ETAG = re.compile(r'"([0-9]{1,9})"')
_KEY = r"^[\x21-\x7e]{1,200}$"
_REFUSED = 400
REPLAYED = "Idempotency-Replayed"


class Answer(NamedTuple):
    """What a call is answered with; `version` is that of the case it is about."""

    said: dict[str, Any]
    version: int | None = None
    status: int = 200


@dataclass(frozen=True)
class Sent:
    """A request that changes something: its idempotency key, its fingerprint, what was seen."""

    key: str
    fingerprint: str
    seen: int | None


async def sent_of(
    request: Request,
    idempotency_key: Annotated[
        str | None, Header(pattern=_KEY, description="The call acts once; kept for a day.")
    ] = None,
    if_match: Annotated[
        str | None, Header(description="The ETag of the case that was looked at, or 412.")
    ] = None,
) -> Sent:
    """The request as sent. Raises Refusal for an If-Match that is no ETag of a case."""
    seen = None
    if if_match and if_match.strip() != "*":
        found = _ETAG.fullmatch(if_match.strip())
        if found is None:
            raise Refusal(400, "etag", "If-Match holds no ETag of a case.")
        seen = int(found.group(1))
    body = await request.body()
    whole = b"\n".join([request.method.encode(), request.url.path.encode(), body])
    return Sent(idempotency_key or "", sha256(whole).hexdigest(), seen)


TheRequest = Annotated[Sent, Depends(sent_of)]


def once(call: Call, sent: Sent, work: Callable[[], Answer]) -> Response:
    """Do the work, or answer as it was answered before. Refusals of rules are answers too."""
    if not sent.key:
        return _answered(work)
    key = call.caller.key
    before = call.ledger.transact(
        lambda books: claim_call(books.connection, key, sent.key, sent.fingerprint, call.now)
    )
    if before is not None:
        return _again(before, sent)
    try:
        response = _answered(work)
    except Changed:
        call.ledger.transact(lambda books: release_call(books.connection, key, sent.key))
        raise
    etag, answer = response.headers.get("etag", ""), bytes(response.body).decode()
    row = {"status": response.status_code, "etag": etag, "answer": answer}
    call.ledger.transact(lambda books: settle_call(books.connection, key, sent.key, row))
    return response


def etag_of(version: int) -> str:
    """The ETag of a case: the number of its newest fact."""
    return f'"{version}"'


def _answered(work: Callable[[], Answer]) -> Response:
    try:
        answer = work()
    except Changed:
        raise
    except (NotAllowed, UnreadableFile) as refused:
        return problem(*told(refused), str(refused))
    headers = {} if answer.version is None else {"ETag": etag_of(answer.version)}
    text = json.dumps(answer.said, ensure_ascii=False, default=str)
    return Response(text, answer.status, headers, "application/json")


def _again(before: RowMapping, sent: Sent) -> Response:
    if before["fingerprint"] != sent.fingerprint:
        raise Refusal(422, "key_reused", "This Idempotency-Key was sent with another request.")
    if not before["status"]:
        sentence = "This call was sent before, and its answer is not there yet: look at the case."
        raise Refusal(409, "in_progress", sentence, **{"Retry-After": "1"})
    headers = {REPLAYED: "true"} | ({"ETag": before["etag"]} if before["etag"] else {})
    media_type = MEDIA_TYPE if before["status"] >= _REFUSED else "application/json"
    return Response(before["answer"], before["status"], headers, media_type)
