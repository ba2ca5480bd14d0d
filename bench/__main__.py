"""`python -m bench`: run the benchmarks and print them beside their aims."""

from __future__ import annotations

import asyncio
import os
import platform
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Any

import structlog

from bench.asleep import asleep
from bench.books import Asked as Books
from bench.books import books
from bench.cost import cost
from bench.enrolment import enrolment
from bench.fairness import fairness
from bench.figures import Figure, as_json, show
from bench.flood import flood
from bench.lives import lives
from bench.paid import paid
from bench.site import Site, site
from bench.storm import storm
from bench.webhooks import webhooks
from commands import printing
from engine import keep_engine_quiet

Part = Callable[[Site, Namespace], Awaitable[list[Figure]]]


async def _enrolment(place: Site, asked: Namespace) -> list[Figure]:
    return [await enrolment(place, asked.invoices, asked.rounds)]


async def _storm(place: Site, asked: Namespace) -> list[Figure]:
    return await storm(place, asked.touches, asked.rounds)


async def _lives(_: Site, __: Namespace) -> list[Figure]:
    return await lives()


async def _cost(_: Site, __: Namespace) -> list[Figure]:
    return await cost()


async def _asleep(place: Site, asked: Namespace) -> list[Figure]:
    return [await asleep(place, asked.cases)]


async def _paid(place: Site, asked: Namespace) -> list[Figure]:
    return await paid(place, asked.payments)


async def _webhooks(_: Site, asked: Namespace) -> list[Figure]:
    return await webhooks(asked.posts)


async def _flood(_: Site, asked: Namespace) -> list[Figure]:
    return await flood(asked.posts)


async def _fairness(place: Site, asked: Namespace) -> list[Figure]:
    return await fairness(place, asked.touches)


async def _books(_: Site, asked: Namespace) -> list[Figure]:
    return await asyncio.to_thread(lambda: list(books(Books(asked.books))))


PARTS: dict[str, Part] = {
    "enrolment": _enrolment,
    "storm": _storm,
    "lives": _lives,
    "cost": _cost,
    "asleep": _asleep,
    "paid": _paid,
    "webhooks": _webhooks,
    "flood": _flood,
    "fairness": _fairness,
    "books": _books,
}


async def measure(asked: Namespace) -> list[Figure]:
    """Run the parts that are asked for, one after the other on one engine."""
    figures: list[Figure] = []
    async with site() as place:
        for name in asked.only or PARTS:
            printing.err.print(f"measuring: {name} …", markup=False)
            figures += await PARTS[name](place, asked)
    return figures


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    return {
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "temporalio": version("temporalio"),
    }


def _asked() -> Namespace:
    parser = ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, help="one part; may be repeated")
    parser.add_argument("--invoices", type=int, default=2000, help="invoices in an enrolment round")
    parser.add_argument("--touches", type=int, default=2000, help="touches in a storm")
    parser.add_argument("--payments", type=int, default=100, help="payments that stop a case")
    parser.add_argument("--cases", type=int, default=10_000, help="cases asleep")
    parser.add_argument("--books", type=int, default=10_000, help="invoices in imports and reports")
    parser.add_argument("--posts", type=int, default=3000, help="posts of providers, and forged")
    parser.add_argument("--rounds", type=int, default=2, help="rounds whose median counts")
    parser.add_argument("--json", nargs="?", const=printing.STDOUT, help="JSON, to a file if named")
    return parser.parse_args()


def main() -> None:
    """Measure and print; the exit code says nothing about aims, a busy machine may miss them."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    keep_engine_quiet()
    asked = _asked()
    figures = asyncio.run(measure(asked))
    if not printing.answer(as_json(figures, machine()), asked.json):
        show(figures)
    printing.leave(0)


if __name__ == "__main__":
    main()
