"""Answers to open pages that ask for themselves again: as few renderings as can be.

Pages that look the same for everybody of the same roles are rendered once after each beat of the
pulse, for nobody in particular; whoever has seen an answer already is told that it did not change.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from hashlib import blake2b
from secrets import token_hex

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from console.visit import Visit

Answer = Callable[[Request], Awaitable[Response]]
# Their live parts say nothing that depends on who reads them, beyond the roles.
_SHARED = frozenset(
    {
        *("/", "/queue", "/inbox", "/tasks", "/outgoing", "/messages", "/cash", "/promises"),
        *("/plans", "/disputes", "/holds", "/imports"),
    }
)
_SHARED_BELOW = ("/customers/",)
_FRESH_SECONDS = 1.0
_FORM = re.compile(rb'name="form" value="[0-9a-f]*"')
_OK, _UNCHANGED = 200, 304


@dataclass
class LiveAnswers:
    """The renderings of the latest beat; each one is made by whoever asks first."""

    _made: dict[Hashable, asyncio.Future[bytes | None]] = field(default_factory=dict)
    _beat: int = -1
    _since: float = 0.0

    async def shared(self, request: Request, visit: Visit, beat: int, answer: Answer) -> Response:
        """What an open page shows now, as everybody of the same roles sees it."""
        self._forget(beat)
        key = _key(visit)
        coming = self._made.get(key)
        if coming is None:
            return await self._make(request, visit, key, answer)
        body = await asyncio.shield(coming)
        return await unchanged_or(request, await answer(request) if body is None else _page(body))

    def _forget(self, beat: int) -> None:
        now = time.monotonic()
        if beat != self._beat or now - self._since > _FRESH_SECONDS:
            self._made, self._beat, self._since = {}, beat, now

    async def _make(
        self, request: Request, visit: Visit, key: Hashable, answer: Answer
    ) -> Response:
        made = self._made
        made[key] = coming = asyncio.get_running_loop().create_future()
        body = None
        request.state.visit = visit.of_role()
        try:
            response = await answer(request)
            if response.status_code == _OK:
                body = await _body(response)
        finally:
            request.state.visit = visit
            if body is None:
                made.pop(key, None)
            coming.set_result(body)
        return response if body is None else await unchanged_or(request, _page(body))


async def unchanged_or(request: Request, response: Response) -> Response:
    """The response; only that nothing changed to whoever has seen the same one."""
    if response.status_code != _OK:
        return response
    body = await _body(response)
    tag = f'"{blake2b(_FORM.sub(b"", body), digest_size=16).hexdigest()}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=_UNCHANGED, headers={"ETag": tag})
    # A form acts once: nobody sends the one of another page.
    own = _FORM.sub(lambda _: f'name="form" value="{token_hex(16)}"'.encode(), body)
    return HTMLResponse(own, headers={"ETag": tag})


def is_shared(path: str) -> bool:
    """Whether a page looks the same for everybody of the same roles, apart from its head."""
    return path in _SHARED or path.startswith(_SHARED_BELOW)


def _key(visit: Visit) -> Hashable:
    roles = visit.person.roles if visit.person else None
    return visit.path, tuple(sorted(visit.query.items())), visit.language, roles, visit.guarded


def _page(body: bytes) -> Response:
    return HTMLResponse(body)


async def _body(response: Response) -> bytes:
    """All of an answer, which may still come piece by piece."""
    coming = getattr(response, "body_iterator", None)
    if coming is None:
        return bytes(response.body)
    return b"".join([bytes(piece) async for piece in coming])
