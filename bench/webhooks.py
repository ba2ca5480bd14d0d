"""Webhooks: posts as providers send them to the desk's own process, and what is in the books then.

`python -m bench.webhooks --posts 30000` posts for a minute; `--a-second 0` as fast as it can.
"""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr
from sqlalchemy import func, select

from bench.desk_served import served
from bench.figures import Figure, show
from bench.posts import PUBLIC, TOKEN, Answered, Signers, send
from bench.site import fresh_settings
from ledger.arrivals import ARRIVAL
from ledger.engine import open_engine
from settings import Settings

AIM, AIM_MS = 500, 250
# A little more, as the last answer comes after the last post.
OFFERED = 520
LINES = 50
WARM_UP = 200


async def webhooks(number: int, a_second: int = OFFERED) -> list[Figure]:
    """Posts a second that are stored and acknowledged, and how long the slowest of them took.

    The desk is a process of its own; what posts to it shares its two cores.
    """
    signers = Signers()
    posts = signers.posts(number + WARM_UP)
    with TemporaryDirectory(prefix="duncan-bench-") as folder:
        settings = taking_posts(Path(folder), signers)
        with served(settings, at_its_time=True) as desk:
            await send(desk.port, posts[:WARM_UP], LINES)
            used = desk.processor_seconds()
            answered = await send(desk.port, posts[WARM_UP:], LINES, a_second)
            used = desk.processor_seconds() - used
            memory = desk.megabytes_at_most()
        kept = kept_posts(settings)
    return _figures(answered, kept - WARM_UP, used, memory)


def _figures(answered: Answered, kept: int, used: float, memory: float) -> list[Figure]:
    statuses = Counter(answered.statuses)
    taken = sum(many for status, many in statuses.items() if status in (200, 204))
    each = used / len(answered.statuses)
    details = {
        "ms_median": round(answered.at(50), 1),
        "ms_95th": round(answered.at(95), 1),
        "ms_of_processor_a_post": round(each * 1000, 2),
        "posts_a_second_of_processor": round(1 / each),
        "mb_at_most": round(memory),
    }
    rate = len(answered.statuses) / answered.lasted
    lost = Figure(
        "webhooks, acknowledged and not in the books", taken - kept, 0, "posts", at_most=True
    )
    return [
        Figure("webhooks, posts taken", taken * rate / len(answered.statuses), AIM, "a second"),
        Figure(
            "webhooks, 99th percentile",
            answered.at(99),
            AIM_MS,
            "ms",
            at_most=True,
            details=details,
        ),
        lost,
    ]


def taking_posts(home: Path, signers: Signers) -> Settings:
    """Fresh settings that know the providers' keys."""
    keys = {
        "public_url": PUBLIC,
        "sendgrid_webhook_keys": (signers.events.public,),
        "sendgrid_inbound_keys": (signers.events.public,),
        "twilio_auth_tokens": (SecretStr(TOKEN),),
    }
    return fresh_settings(home).model_copy(update=keys)


def kept_posts(settings: Settings) -> int:
    """How many posts are in the books."""
    engine = open_engine(settings.books_url)
    with engine.connect() as books:
        kept = books.execute(select(func.count()).select_from(ARRIVAL)).scalar_one()
    engine.dispose()
    return int(kept)


def main() -> None:
    """Measure and print."""
    parser = ArgumentParser(prog="python -m bench.webhooks", description=__doc__)
    parser.add_argument("--a-second", type=int, default=OFFERED, help="0: all at once")
    parser.add_argument("--posts", type=int, default=OFFERED * 10, help="posts in all")
    asked = parser.parse_args()
    show(asyncio.run(webhooks(asked.posts, asked.a_second)))


if __name__ == "__main__":
    main()
