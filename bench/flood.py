"""A flood: forged posts and tried passwords, several times what is let through, at one desk.

Meanwhile somebody opens a page and a provider's own posts go on. `python -m bench.flood`.
"""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from bench.desk_served import served
from bench.figures import Figure, show
from bench.posts import EVENT_TYPE, FORM_TYPE, Answered, Signers, request, send
from bench.webhooks import kept_posts, taking_posts
from console.webhooks import sendgrid

# Public addresses: those of examples count as near, and nobody near is counted.
FORGER, GUESSER, PROVIDER = "25.0.0.7", "25.0.1.9", "25.0.2.20"
LINES, VISITS = 20, 20
# Of a flood nearly everything is turned away unread, and it costs no more than a real post.
AIM_REFUSED, AIM_MS_EACH, AIM_GROWN = 0.9, 1.5, 20.0


async def flood(number: int) -> list[Figure]:
    """What so many forged posts and as many wrong passwords come to."""
    signers = Signers()
    with TemporaryDirectory(prefix="duncan-bench-") as folder:
        settings = taking_posts(Path(folder), signers)
        with served(settings, at_its_time=True) as desk:
            calm = await send(desk.port, [_page()] * VISITS, 1)
            await send(desk.port, [*_forged(100), *_tried(70)], LINES)
            used, memory = desk.processor_seconds(), desk.megabytes_at_most()
            forged, tried, visits, real = await asyncio.gather(
                send(desk.port, _forged(number), LINES),
                send(desk.port, _tried(number), LINES),
                send(desk.port, [_page()] * VISITS, 1),
                send(desk.port, signers.posts(VISITS, PROVIDER), 1),
            )
            used = desk.processor_seconds() - used
            grown = desk.megabytes_at_most() - memory
        kept = kept_posts(settings)
    details = {
        "page_ms_calm": round(calm.at(50)),
        "page_ms_flooded": round(visits.at(50)),
        "page_ms_flooded_95th": round(visits.at(95)),
    }
    opened = sum(status == 200 for status in visits.statuses)  # noqa: PLR2004 - HTTP's
    each = used / (2 * number + 2 * VISITS) * 1000
    return [
        Figure("flood, forged posts answered 429", _turned_away(forged), AIM_REFUSED, "of all"),
        Figure("flood, tried passwords answered 429", _turned_away(tried), AIM_REFUSED, "of all"),
        Figure("flood, processor a request", each, AIM_MS_EACH, "ms", at_most=True),
        Figure("flood, pages opened meanwhile", opened, VISITS, "pages", details=details),
        Figure("flood, real posts stored meanwhile", kept, len(real.statuses), "posts"),
        Figure("flood, memory grown", grown, AIM_GROWN, "MB", at_most=True),
    ]


def _turned_away(answered: Answered) -> float:
    return Counter(answered.statuses)[429] / len(answered.statuses)


def _forged(number: int) -> list[bytes]:
    body = b'[{"event":"delivered"}]' * 20
    headers = {sendgrid.TIMESTAMP: "1", sendgrid.SIGNATURE: "bm9uZQ=="}
    return [request("/webhooks/sendgrid/events", EVENT_TYPE, body, headers, FORGER)] * number


def _tried(number: int) -> list[bytes]:
    guesses = (urlencode({"name": "anna", "password": f"guess {one}"}) for one in range(number))
    return [request("/sign-in", FORM_TYPE, one.encode(), {}, GUESSER) for one in guesses]


def _page() -> bytes:
    return b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def main() -> None:
    """Measure and print."""
    parser = ArgumentParser(prog="python -m bench.flood", description=__doc__)
    parser.add_argument("--requests", type=int, default=5000, help="of each kind")
    show(asyncio.run(flood(parser.parse_args().requests)))


if __name__ == "__main__":
    main()
