"""`python -m bench.findings --findings N`: the memory of an audit with so many findings."""

from __future__ import annotations

import resource
from argparse import ArgumentParser
from datetime import UTC, date, datetime, timedelta

from bench.measuring import Used, apart
from commands.audit.audit import Scope, answer, found_in
from commands.audit.recording import digest_of
from dunning.audit.account import Period
from dunning.audit.tally import Tally

_FIRST, _LAST = date(2026, 1, 1), date(2026, 12, 31)
_NOW = datetime(2027, 1, 2, tzinfo=UTC)
_TESTS = ("A04", "A07", "A10", "A16")


def measure(count: int, tests: int) -> str:
    """What so many findings of so many tests come to, from the first to the answer's digest."""
    used, before = Used(), _memory()
    tally = Tally(Period(_FIRST, _LAST, _NOW))
    for number in range(count):
        day = _FIRST + timedelta(days=number % 360)
        why = f"step{number % 5} was due on {day} and was not carried out; nothing explains it"
        # No order that sorting would find easy.
        invoice, customer = f"INV-{number * 7919 % count:08}", f"C-{number // 4:07}"
        subject = f"step{number % 5}"
        tally.find(_TESTS[number % tests], "MISSED", invoice, customer, day, subject, why)
    told = answer(tally, Scope(_FIRST, _LAST, _NOW))
    return (
        f"{found_in(told):,} findings of {tests} tests: {_memory() - before:,.0f} MB,"
        f" {used.processor:,.1f} s of processor; SHA-256 {digest_of(told)}"
    )


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    parser = ArgumentParser(prog="python -m bench.findings", description=__doc__)
    parser.add_argument("--findings", type=int, default=1_000_000, help="so many")
    parser.add_argument(
        "--tests", type=int, default=1, choices=range(1, 5), help="of so many tests"
    )
    asked = parser.parse_args()
    print(apart(measure, asked.findings, asked.tests))
