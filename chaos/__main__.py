"""`python -m chaos`: break an installation under load at random, then compare the records."""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from datetime import timedelta
from pathlib import Path
from random import SystemRandom
from tempfile import TemporaryDirectory

import structlog

from chaos.run import Outcome, run
from commands import printing
from engine import keep_engine_quiet

_PER_SECOND = 1.5


def main() -> int:
    """Run, print the figures; 1 when the records disagree."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    keep_engine_quiet()
    asked = _asked()
    if asked.keep and asked.keep.exists():
        printing.complain(f"{asked.keep} is there already; name a new folder.")
        return 1
    printing.say(f"Chaos for {asked.minutes:g} minutes, seed {asked.seed}.")
    if asked.keep:
        return _done(asked, asked.keep)
    with TemporaryDirectory(prefix="duncan-chaos-", ignore_cleanup_errors=True) as folder:
        return _done(asked, Path(folder))


def _done(asked: Namespace, home: Path) -> int:
    home.mkdir(parents=True, exist_ok=True)
    size = max(int(asked.minutes * 60 * asked.per_second), 1)
    length = timedelta(minutes=asked.minutes)
    outcome = asyncio.run(run(home, size, length, asked.seed))
    show(outcome)
    return 0 if outcome.ok else 1


def show(outcome: Outcome) -> None:
    """Print what happened and what the records say."""
    for title, counted in (
        ("What went wrong on purpose", outcome.struck),
        ("What was asked of Duncan", outcome.asked),
        ("What the records hold", outcome.verdict.seen),
    ):
        rows = [(what, f"{number:,}") for what, number in counted.items()]
        printing.table(title, ("what", ">how often"), rows)
    wrong = [(what, len(cases), "; ".join(cases[:5])) for what, cases in outcome.wrong.items()]
    printing.table("What must not be", ("what", ">how often", "which"), wrong)
    printing.say("The records agree." if outcome.ok else "The records disagree.")


def _asked() -> Namespace:
    parser = ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long things go wrong")
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    parser.add_argument("--per-second", type=float, default=_PER_SECOND, help="customers a second")
    parser.add_argument("--keep", type=Path, help="a folder that keeps the logs of the processes")
    return parser.parse_args()


if __name__ == "__main__":
    printing.leave(main())
