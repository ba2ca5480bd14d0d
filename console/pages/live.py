"""Telling open pages that something happened, so that they read themselves again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from console.desk import TheDesk
from ledger.desk import newest_fact
from ledger.ledger import Ledger

router = APIRouter()
# However many pages are open, the books are asked once in this time.
PULSE_SECONDS = 0.8
_SILENCE_SECONDS = 15.0


@dataclass
class Pulse:
    """The newest fact of the books, as it was a moment ago."""

    ledger: Ledger
    newest: int = 0
    _at: float = -PULSE_SECONDS

    async def beat(self) -> int:
        """The number of the newest fact."""
        if time.monotonic() - self._at >= PULSE_SECONDS:
            self._at = time.monotonic()
            self.newest = await asyncio.to_thread(self._read)
        return self.newest

    def _read(self) -> int:
        with self.ledger.reading() as books:
            return newest_fact(books.connection)


@router.get("/live")
async def live(request: Request, desk: TheDesk) -> StreamingResponse:
    """An event a change, for as long as the page is open; it says that there is one, not what."""
    pulse = _pulse_of(request, desk.parts.ledger)
    headers = {"X-Accel-Buffering": "no"}
    return StreamingResponse(_changes(request, pulse), 200, headers, "text/event-stream")


async def _changes(request: Request, pulse: Pulse) -> AsyncIterator[str]:
    known, told = await pulse.beat(), time.monotonic()
    yield f"retry: 3000\nid: {known}\nevent: here\ndata: {known}\n\n"
    state = request.app.state
    while not getattr(state, "is_closing", False) and not await request.is_disconnected():
        await asyncio.sleep(PULSE_SECONDS)
        newest = await pulse.beat()
        if newest != known:
            known, told = newest, time.monotonic()
            yield f"id: {known}\nevent: changed\ndata: {known}\n\n"
        elif time.monotonic() - told > _SILENCE_SECONDS:
            told = time.monotonic()
            yield ": still here\n\n"


def _pulse_of(request: Request, ledger: Ledger) -> Pulse:
    state = request.app.state
    if not hasattr(state, "pulse"):
        state.pulse = Pulse(ledger)
    pulse = state.pulse
    assert isinstance(pulse, Pulse), "made here"
    return pulse
