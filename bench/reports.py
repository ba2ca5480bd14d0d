"""`python -m bench.reports`: how long reports take at any size, and how much memory.

Beside each figure stands its ratio to one plain count over the list of cases in the same run:
that tells something on a machine that has other things to do as well.
"""

from __future__ import annotations

import os
import resource
import time
from argparse import ArgumentParser
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from bench.copies import AFTER_ALL, CASE, LAST, rehearsed
from bench.report_books import multiply
from commands.month_end.actions import MonthEnd
from commands.reports.aging import Aging, aging_of, aging_table, items_table
from commands.reports.csv_file import write_csv
from commands.reports.money import LossMatrix, money_figures, receivables
from dunning.period import Month
from engine import keep_engine_quiet
from ledger.books import Books
from ledger.engine import open_engine
from ledger.rebuild import snapshot
from settings import Settings
from worker import Wiring, wire

Part = Callable[[Wiring, Settings], int]
_QUARTER = timedelta(days=91)


def measure(invoices: int, days: int) -> None:
    """Rehearse, copy, report, and print the figures."""
    with TemporaryDirectory(prefix="bench-") as folder:
        settings = rehearsed(Path(folder), days)
        engine = open_engine(settings.books_url)
        print(f"{multiply(engine, invoices):,} open invoices")
        engine.dispose()
        plain, _, _, _ = _alone(settings, "count")
        for name in PARTS:
            seconds, used, memory, rows = _alone(settings, name)
            print(f"{name}: {seconds:,.1f} s, {used:,.1f} s of processor, {rows:,} rows;", end=" ")
            print(f"{seconds / plain:,.1f} times a plain count, {memory:,.0f} MB at most")
        print(f"load {', '.join(f'{one:.1f}' for one in os.getloadavg())}")


def _alone(settings: Settings, name: str) -> tuple[float, float, float, int]:
    """A part in a process of its own, so that its memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as one:
        return one.submit(_timed, settings, name).result()


def _timed(settings: Settings, name: str) -> tuple[float, float, float, int]:
    part = _counted if name == "count" else PARTS[name]
    wiring, began = wire(settings), (time.perf_counter(), time.process_time())
    rows = part(wiring, settings)
    seconds, used = time.perf_counter() - began[0], time.process_time() - began[1]
    return seconds, used, _most_memory(), rows


def _most_memory() -> float:
    """MB at most; Linux counts what the parent had into `ru_maxrss`, so its own page is read."""
    status = Path("/proc/self/status")
    if status.exists():
        found = [one for one in status.read_text().splitlines() if one.startswith("VmHWM")]
        return int(found[0].split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _counted(wiring: Wiring, _: Settings) -> int:
    with snapshot(wiring.ledger) as books:
        query = select(func.count(), func.sum(CASE.c.balance_minor))
        return int(books.connection.execute(query).one()[0])


def _aged(day: date, wiring: Wiring, _: Settings) -> int:
    with snapshot(wiring.ledger) as books:
        return len(list(aging_table(_aging(books, wiring, day)).rows))


def _items(wiring: Wiring, settings: Settings) -> int:
    file = settings.home / "items.csv"
    with snapshot(wiring.ledger) as books:
        write_csv(items_table(books, _aging(books, wiring, LAST)), file)
    with file.open("rb") as written:
        return sum(1 for _ in written) - 1


def _kpis(wiring: Wiring, _: Settings) -> int:
    with snapshot(wiring.ledger) as books:
        found = receivables(books, LAST - _QUARTER, LAST)
        return len([money_figures(one, LossMatrix()) for one in found])


def _close(wiring: Wiring, _: Settings) -> int:
    ends = MonthEnd(wiring.ledger, wiring.planner.policies, AFTER_ALL)
    packs = [ends.pack(entity, Month.of(LAST)) for entity in ends.entities()]
    return sum(len(one["roll_forward"]) for one in packs)


def _aging(books: Books, wiring: Wiring, day: date) -> Aging:
    return aging_of(books, wiring.planner.policies, day, "due", "customer")


PARTS: dict[str, Part] = {
    "aging of the last day": partial(_aged, LAST),
    "aging a month back": partial(_aged, LAST - timedelta(days=30)),
    "every open item as CSV": _items,
    "key figures of a quarter": _kpis,
    "month-end pack": _close,
}


if __name__ == "__main__":
    keep_engine_quiet()
    parser = ArgumentParser(prog="python -m bench.reports", description=__doc__)
    parser.add_argument("--invoices", type=int, default=100_000, help="open invoices, about")
    parser.add_argument("--days", type=int, default=60, help="days of the sample ledger")
    asked = parser.parse_args()
    measure(asked.invoices, asked.days)
