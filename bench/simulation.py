"""`python -m bench.simulation`: how long a simulation takes, and how much memory, at any size.

The open invoices of a rehearsed sample ledger are copied into one file as often as asked. Beside
the simulation the same run reads every stored fact once and does nothing with it: the ratio to
that tells something on a machine that has other things to do as well.
"""

from __future__ import annotations

import os
import resource
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from bench.copies import AFTER_ALL, CASE, FACT, large_ledger
from commands import printing
from commands.sharing import shares_for
from commands.simulation.shares import simulated_with
from commands.simulation.simulation import AS_ASSIGNED, Question
from engine import keep_engine_quiet
from ledger.rebuild import snapshot
from settings import Settings
from worker import Wiring, wire

_PROCESSES = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def measure(asked: Namespace) -> None:
    """Make the ledger, simulate, and print the figures."""
    with TemporaryDirectory(prefix="bench-") as folder:
        settings = large_ledger(Path(folder), asked.invoices, asked.sample_days, only_open=True)
        wiring = wire(settings)
        facts, read = _read_everything(wiring)
        question = Question(AS_ASSIGNED, asked.against, AFTER_ALL, asked.days)
        print(f"{facts:,} facts, read once in {read:,.1f} s")
        seconds = _simulate(wiring, settings, question, keeps_rows=asked.rows)
        print(f"{seconds / read:,.1f} times as long as reading every fact once")


def _read_everything(wiring: Wiring) -> tuple[int, float]:
    began, count = time.perf_counter(), 0
    query = select(FACT.c.stream, FACT.c.kind, FACT.c.body, FACT.c.recorded_at, FACT.c.by)
    with snapshot(wiring.ledger) as books:
        for _ in books.connection.execute(query, execution_options={"yield_per": 1000}):
            count += 1
    return count, time.perf_counter() - began


def _simulate(wiring: Wiring, settings: Settings, asked: Question, *, keeps_rows: bool) -> float:
    with snapshot(wiring.ledger) as books:
        largest = select(func.count()).select_from(CASE).group_by(CASE.c.customer)
        counts = sorted(books.connection.execute(largest).scalars(), reverse=True)
    invoices, shares = sum(counts), shares_for(sum(counts))
    began = time.perf_counter(), _processor()
    with printing.progress("simulating", invoices) as bar:

        def progress(done: int, _: int) -> None:
            bar.update(bar.task_ids[0], completed=done * shares)

        outcome = simulated_with(wiring, settings, asked, progress, keeps_rows=keeps_rows)
    seconds, used = time.perf_counter() - began[0], _processor() - began[1]
    own, other = (resource.getrusage(who).ru_maxrss / 1024 for who in _PROCESSES)
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{invoices:,} open invoices of {len(counts):,} customers;")
    print(f"one customer has {counts[0] / invoices:.0%}; {asked.days} days, {asked.names}")
    print(f"{outcome.sums[0].touches:,} messages to {outcome.sums[0].customers:,} customers")
    print(f"{shares} processes: {seconds:,.1f} s, {used:,.1f} s of processor; load {load}")
    print(f"memory: {own:,.0f} MB here, {other:,.0f} MB in the largest other process")
    each, million = used / invoices, 1e6 / shares / 60
    print(f"{each * 1e6:,.0f} µs of processor an invoice;", end=" ")
    print(f"{each * million:,.1f} minutes for a million of these on {shares} idle cores")
    return seconds


def _processor() -> float:
    used = [resource.getrusage(who) for who in _PROCESSES]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    keep_engine_quiet()
    parser = ArgumentParser(prog="python -m bench.simulation", description=__doc__)
    parser.add_argument("--invoices", type=int, default=30_000, help="open invoices, about")
    parser.add_argument("--sample-days", type=int, default=30, help="days the sample runs")
    parser.add_argument("--days", type=int, default=7, help="days to simulate")
    parser.add_argument("--against", default="", help="another policy to compare with")
    parser.add_argument("--rows", action="store_true", help="keep every row, as --json does")
    measure(parser.parse_args())
