"""An answer with a fault: late, in drops, another one, or none at all."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from fakes.faults import Fault, PlannedFault
from fakes.records import Call
from fakes.refusals import refuses

# Linger on, for no time: closing then resets the connection.
_AT_ONCE = struct.pack("ii", 1, 0)
_PADDING = b" " * 64


class FaultyAnswer(Response):
    """Carries a fault out before or after the call is processed by `process`."""

    def __init__(self, planned: PlannedFault, call: Call, process: Callable[[], Response]) -> None:
        super().__init__()
        self._planned = planned
        self._call = call
        self._process = process

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Process and answer as the fault has it."""
        fault, after = self._planned.fault, self._planned.when == "after"
        usual = self._process() if after else None
        if await _hung_up(receive, fault.wait_seconds):
            return
        if fault.connection != "keep":
            await _cut(scope, receive, reset=fault.connection == "reset")
            return
        if usual is None and not fault.swallows:
            usual = self._process()
        answer = usual if usual is not None and not fault.swallows else self._other(fault)
        self._call.status = answer.status_code
        if fault.drip_seconds:
            await _drip(answer, fault.drip_seconds, receive, send)
        else:
            await answer(scope, receive, send)

    def _other(self, fault: Fault) -> Response:
        assert fault.status is not None
        if fault.body is not None:
            return Response(fault.body, fault.status, headers=dict(fault.headers))
        answer = refuses(self._call.channel, fault.status)
        answer.headers.update(fault.headers)
        return answer


async def _hung_up(receive: Receive, seconds: float) -> bool:
    """Wait so long, unless the caller goes away first."""
    if not seconds:
        return False
    try:
        message = await asyncio.wait_for(receive(), seconds)
    except TimeoutError:
        return False
    return bool(message["type"] == "http.disconnect")


async def _cut(scope: Scope, receive: Receive, *, reset: bool) -> None:
    transport: asyncio.Transport = scope["state"]["transport"]
    if reset:
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    transport.abort()
    # Without an answer the server would complain, but not once it knows that nobody listens.
    await receive()


async def _drip(answer: Response, seconds: float, receive: Receive, send: Send) -> None:
    body = bytes(answer.body) or _PADDING
    headers = [(name, value) for name, value in answer.raw_headers if name != b"content-length"]
    headers.append((b"content-length", str(len(body)).encode()))
    start = {"type": "http.response.start", "status": answer.status_code, "headers": headers}
    await send(start)
    for place in range(len(body)):
        more = place + 1 < len(body)
        drop = {"type": "http.response.body", "body": body[place : place + 1], "more_body": more}
        await send(drop)
        if more and await _hung_up(receive, seconds):
            return
