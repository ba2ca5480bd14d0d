"""`python -m bench.simulation`: how long a simulation takes, and how much memory, at any size.

The open invoices of a rehearsed sample ledger are copied into one file as often as asked. The
simulation runs in a process that did none of this; it also reads every stored fact once and does
nothing with it: the ratio to that tells something on a machine that has other things to do.
"""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

from sqlalchemy import func, select

from bench.copies import AFTER_ALL, CASE, FACT
from bench.measuring import Used, apart, large_books
from commands import printing
from commands.sharing import shares_for
from commands.simulation.shares import simulated_with
from commands.simulation.simulation import AS_ASSIGNED, Question
from engine import keep_engine_quiet
from ledger.rebuild import snapshot
from settings import Settings
from worker import Wiring, wire


def measure(settings: Settings, asked: Namespace) -> None:
    """Simulate, and print the figures."""
    keep_engine_quiet()
    wiring = wire(settings)
    facts, read = _read_everything(wiring)
    question = Question(AS_ASSIGNED, asked.against, AFTER_ALL, asked.days)
    print(f"{facts:,} facts, read once in {read:,.1f} s of processor")
    processor = _simulate(wiring, settings, question, keeps_rows=asked.rows)
    print(f"{processor / read:,.1f} times as long as reading every fact once")


def _read_everything(wiring: Wiring) -> tuple[int, float]:
    began, count = time.process_time(), 0
    query = select(FACT.c.stream, FACT.c.kind, FACT.c.body, FACT.c.recorded_at, FACT.c.by)
    with snapshot(wiring.ledger) as books:
        for _ in books.connection.execute(query, execution_options={"yield_per": 1000}):
            count += 1
    return count, time.process_time() - began


def _simulate(wiring: Wiring, settings: Settings, asked: Question, *, keeps_rows: bool) -> float:
    with snapshot(wiring.ledger) as books:
        largest = select(func.count()).select_from(CASE).group_by(CASE.c.customer)
        counts = sorted(books.connection.execute(largest).scalars(), reverse=True)
    invoices, shares = sum(counts), shares_for(sum(counts))
    used = Used()
    with printing.progress("simulating", invoices) as bar:

        def progress(done: int, _: int) -> None:
            bar.update(bar.task_ids[0], completed=done * shares)

        outcome = simulated_with(wiring, settings, asked, progress, keeps_rows=keeps_rows)
    processor, told = used.processor, used.told(invoices, shares)
    print(f"{invoices:,} open invoices of {len(counts):,} customers;")
    print(f"one customer has {counts[0] / invoices:.0%}; {asked.days} days, {asked.names}")
    print(f"{outcome.sums[0].touches:,} messages to {outcome.sums[0].customers:,} customers")
    print(told)
    return processor


if __name__ == "__main__":
    keep_engine_quiet()
    parser = ArgumentParser(prog="python -m bench.simulation", description=__doc__)
    parser.add_argument("--invoices", type=int, default=30_000, help="open invoices, about")
    parser.add_argument("--sample-days", type=int, default=30, help="days the sample runs")
    parser.add_argument("--days", type=int, default=7, help="days to simulate")
    parser.add_argument("--against", default="", help="another policy to compare with")
    parser.add_argument("--rows", action="store_true", help="keep every row, as --json does")
    parser.add_argument("--keep", type=Path, help="folder to keep the books in, and to use them")
    parser.add_argument("--build", action="store_true", help="only make the books")
    given = parser.parse_args()
    with large_books(given.keep, given.invoices, given.sample_days, only_open=True) as large:
        if not given.build:
            apart(measure, large, given)
