"""Telling open pages that something happened that concerns them, so that they ask again."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from console.concerns import concerns, stream_of_page
from console.desk import Desk, TheDesk
from console.navigation import shown, waiting_shown
from console.pulse import Beat, Pulse
from ledger.desk_news import customers_of

router = APIRouter()
_SILENCE_SECONDS = 15.0
_LONGEST_ADDRESS = 2_000


@dataclass(frozen=True)
class OpenPage:
    """A page that somebody looks at; `customer` is whom it is about, or empty."""

    address: str
    customer: str

    def is_concerned(self, beat: Beat) -> bool:
        """Whether something of the beat may show on it."""
        return beat.news is None or concerns(self.address, self.customer, beat.news)


@router.get("/live")
async def live(request: Request, desk: TheDesk, of: str = "") -> StreamingResponse:
    """An event a change of the page `of`, for as long as it is open; it does not say what.

    Beside them come the counts of the head, whenever one of them changed.
    """
    page = await asyncio.to_thread(_page, desk, of[:_LONGEST_ADDRESS])
    headers = {"X-Accel-Buffering": "no"}
    return StreamingResponse(_events(request, desk, page), 200, headers, "text/event-stream")


def pulse_of(request: Request, desk: Desk) -> Pulse:
    """The pulse of the process that answers."""
    state = request.app.state
    if not hasattr(state, "pulse"):
        state.pulse = Pulse(desk.parts.ledger, desk.counts)
    pulse = state.pulse
    assert isinstance(pulse, Pulse), "made here"
    return pulse


async def _events(request: Request, desk: Desk, page: OpenPage) -> AsyncIterator[str]:
    pulse = pulse_of(request, desk)
    beat, told = await pulse.now(), time.monotonic()
    waits = _waits(desk, beat)
    yield f"retry: 3000\nid: {beat.newest}\nevent: here\ndata: {beat.newest}\n\n" + _counts(waits)
    while not getattr(request.app.state, "is_closing", False):
        before, beat = beat, await pulse.following()
        if await request.is_disconnected():
            return
        event = ""
        if beat.count > before.count + 1 or page.is_concerned(beat):
            event = f"id: {beat.newest}\nevent: changed\ndata: {beat.newest}\n\n"
        if (now := _waits(desk, beat)) != waits:
            waits, event = now, event + _counts(now)
        if event or time.monotonic() - told > _SILENCE_SECONDS:
            told = time.monotonic()
            yield event or ": still here\n\n"


def _waits(desk: Desk, beat: Beat) -> Mapping[str, str]:
    areas = shown(beat.waits, desk.words, desk.visit.may)
    return {place: desk.words.number(count) for place, count in waiting_shown(areas).items()}


def _counts(waits: Mapping[str, str]) -> str:
    return "\n".join(("event: waits", f"data: {json.dumps(waits)}", "", ""))


def _page(desk: Desk, address: str) -> OpenPage:
    stream = stream_of_page(address)
    with desk.parts.ledger.reading() as books:
        found = customers_of(books.connection, [stream])
    return OpenPage(address, found.get(stream, ""))
