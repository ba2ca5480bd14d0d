"""Growth: ever more open cases on one embedded engine, what each costs and what memory they take.

`python -m bench.growth --picture docs/pictures/growth.svg` goes on to 100,000, a quarter of an
hour on two idle cores; `--sizes 1000,3000` stops sooner.
"""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.asleep import at_work, enrol, resident_kb
from bench.figures import Figure, show
from bench.growth_picture import drawn
from bench.processor import engine_process, used_by, used_here
from bench.site import Site, site
from commands import printing
from engine import keep_engine_quiet

SIZES = (1000, 3000, 10_000, 30_000, 100_000)
AT_FIRST = 200
AIM_MB = 500.0
# The last cases may cost so much more than the first ones; the machine itself varies by as much.
AIM_RATIO = 1.5


@dataclass(frozen=True)
class Stage:
    """So many open cases: milliseconds of processor for each that was added, and megabytes."""

    cases: int
    each_ms: float
    worker_mb: float
    engine_mb: float


async def growth(place: Site, sizes: Sequence[int]) -> list[Stage]:
    """Enrol up to each size in turn. Everybody's processor counts: file, worker and engine."""
    stages: list[Stage] = []
    async with at_work(place) as worker:
        engine = engine_process()
        # Caches are filled and connections open before anything counts.
        await enrol(place, "first", AT_FIRST)
        before = AT_FIRST
        for size in sizes:
            added = size - before
            used = _used(worker.pid, engine)
            await enrol(place, f"to-{size}", added)
            each = (_used(worker.pid, engine) - used) / added * 1000
            mine, other = [await resident_kb(one) / 1024 for one in (worker.pid, engine)]
            stages.append(Stage(size, each, mine, other))
            before = size
            show(figures(stages))
    return stages


def figures(stages: Sequence[Stage]) -> list[Figure]:
    """The memory at the last size, and what its cases cost beside the first ones."""
    first, last = stages[0], stages[-1]
    details = {"cases": last.cases, "engine_mb": round(last.engine_mb)}
    costs = {"ms_of_processor_a_case": round(last.each_ms, 2), "at_first": round(first.each_ms, 2)}
    grown = last.each_ms / first.each_ms
    return [
        Figure("worker memory", last.worker_mb, AIM_MB, "MB", at_most=True, details=details),
        Figure(
            f"growth from {first.cases:,} to {last.cases:,}",
            *(grown, AIM_RATIO, "× the processor a case"),
            at_most=True,
            details=details | costs,
        ),
    ]


def _used(worker: int, engine: int) -> float:
    return used_here() + used_by(worker) + used_by(engine)


async def _measured(sizes: Sequence[int], picture: Path | None) -> None:
    async with site() as place:
        stages = await growth(place, sizes)
    if picture:
        await asyncio.to_thread(picture.write_text, drawn(stages), encoding="utf-8")


def main() -> None:
    """Measure, print and draw."""
    parser = ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="open cases, in turn")
    parser.add_argument("--picture", type=Path, help="file for the picture (SVG)")
    asked = parser.parse_args()
    keep_engine_quiet()
    asyncio.run(_measured([int(one) for one in asked.sizes.split(",")], asked.picture))
    printing.leave(0)


if __name__ == "__main__":
    main()
