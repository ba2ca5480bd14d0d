"""Reading what is posted: bounded in size, in time and in what all posts together may hold."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from fastapi import Request

from console.webhooks.refusals import Refused

# As long as a provider may take to post all of it.
PATIENCE = timedelta(seconds=60)
# What unverified posts may hold in memory together: four inbound mails of the largest size.
HELD_BYTES = 128 * 1024 * 1024
# So little is always taken: strangers who post much cannot keep a text message out.
_LITTLE = 64 * 1024


@dataclass
class Room:
    """How much memory posts may hold until they are stored."""

    limit: int = HELD_BYTES
    held: int = 0

    @contextmanager
    def place(self) -> Iterator[Place]:
        """A place for one post, given back afterwards."""
        place = Place(self)
        try:
            yield place
        finally:
            self.held -= place.size


@dataclass
class Place:
    """What one post holds; whole once nothing more of it is to come."""

    room: Room
    chunks: list[bytes] = field(default_factory=list)
    size: int = 0
    is_whole: bool = False

    def put(self, chunk: bytes) -> None:
        """Hold some more. Raises Refused when all posts together hold too much."""
        self.chunks.append(chunk)
        self.size += len(chunk)
        self.room.held += len(chunk)
        if self.size > _LITTLE and self.room.held > self.room.limit:
            raise Refused(503, "too much is being posted at once")


async def read_body(
    request: Request, place: Place, limit: int, patience: timedelta = PATIENCE
) -> bytes:
    """The body, of at most `limit` bytes.

    Raises Refused: 413 when it is larger, 503 when it takes too long, because a provider posts
    again what was answered so, and ClientDisconnect when the sender gave up.
    """
    if _announced(request) > limit:
        raise Refused(413, "it is larger than anything that is sent here")
    with suppress(TimeoutError):
        async with asyncio.timeout(patience.total_seconds()), aclosing(request.stream()) as stream:
            async for chunk in stream:
                place.put(chunk)
                if place.size > limit:
                    raise Refused(413, "it is larger than anything that is sent here")
            place.is_whole = True
            return b"".join(place.chunks)
    raise Refused(503, "it did not arrive in time")


def _announced(request: Request) -> int:
    """What the sender says the body's size is; the server saw to it that it is a number."""
    return int(request.headers.get("content-length", "0"))
