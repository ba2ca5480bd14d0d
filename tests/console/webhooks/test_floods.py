from __future__ import annotations

import asyncio
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ledger.arrivals import ARRIVAL
from ledger.engine import open_engine
from ledger.schema import upgrade
from tests.console.webhooks.posting import EVENTS, KEY, form_of_mail, new_key
from tests.console.webhooks.serving import Serving, serving

FORGED = 10_000
LINES = 20
STRANGER = new_key()


def post(address: str, content_type: str, body: bytes, headers: dict[str, str]) -> bytes:
    """The bytes of a post on the wire."""
    lines = [f"POST /webhooks/{address} HTTP/1.1", "Host: ar.example"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"Content-Type: {content_type}", f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def genuine(body: bytes) -> bytes:
    """Events that SendGrid signed."""
    return post("sendgrid/events", "application/json", body, KEY.headers(body))


def forgeries() -> list[bytes]:
    """Posts that look right: signed by a stranger, tampered with, or not a form at all."""
    body = EVENTS * 20
    mail, content_type = form_of_mail(b"x" * 2_000)
    return [
        post("sendgrid/events", "application/json", body, STRANGER.headers(body)),
        post("sendgrid/events", "application/json", body, KEY.headers(EVENTS)),
        post("sendgrid/mail", content_type, mail, STRANGER.headers(mail)),
    ]


async def answers(at: Serving, posts: list[bytes]) -> Counter[int]:
    """The statuses of posts that go out one after the other on one line."""
    statuses: Counter[int] = Counter()
    reader, writer = await asyncio.open_connection(at.host, at.port)
    for one in posts:
        writer.write(one)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        statuses[int(head.split(b" ")[1])] += 1
        length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length or b"0"))
    writer.close()
    return statuses


@pytest.mark.slow
async def test_a_flood_of_forgeries_is_refused_cheaply_and_genuine_posts_get_through(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'books.db'}"
    engine = open_engine(url)
    upgrade(engine)
    forged = forgeries() * (FORGED // LINES // 3)
    with serving(url) as at:
        await answers(at, [*forged, genuine(b"[0]")])
        before, began = at.memory, time.monotonic()
        floods = [answers(at, forged) for _ in range(LINES)]
        real = [answers(at, [genuine(b"[%d]" % number)]) for number in range(1, 6)]
        counted = await asyncio.gather(*floods, *real)
        grown, seconds = at.memory - before, time.monotonic() - began
    with engine.connect() as books:
        rows = books.execute(select(func.count()).select_from(ARRIVAL)).scalar_one()
    engine.dispose()

    assert sum(counted, Counter()) == {403: len(forged) * LINES, 204: 5}
    assert rows == 6
    assert grown < 20 * 1024 * 1024
    # Generous for a busy machine; it is some 2 ms a forgery.
    assert seconds < 60
