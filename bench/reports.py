"""`python -m bench.reports`: how long reports take at any size, and how much memory.

Beside each figure stands its ratio to one plain count over the list of cases in the same run:
that tells something on a machine that has other things to do as well.
"""

from __future__ import annotations

import os
import resource
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from bench.copies import AFTER_ALL, CASE, LAST, rehearsed
from bench.report_books import multiply
from bench.taking_in import BANK_LINES, INVOICES, take_in
from commands.month_end.actions import MonthEnd
from commands.reports.aging import Key, aging_of, items_table
from commands.reports.aging_page import aging_page
from commands.reports.as_closed import view_of
from commands.reports.csv_file import write_csv
from commands.reports.money import LossMatrix, money_figures, receivables
from commands.reports.table import Cell, ReportTable
from commands.reports.xlsx import write_xlsx
from console.reading.paging import PAGE_ROWS
from dunning.period import Month
from dunning.reports.buckets import Basis
from engine import keep_engine_quiet
from ledger.engine import open_engine
from ledger.rebuild import snapshot
from ledger.report_aging_page import PageAsked
from settings import Settings
from worker import Wiring, wire

Part = Callable[[Wiring, Settings], int]
Writer = Callable[[ReportTable, Path], object]
_MONTH, _QUARTER = timedelta(days=30), timedelta(days=91)


def measure(invoices: int, days: int) -> None:
    """Rehearse, copy, report, and print the figures."""
    with TemporaryDirectory(prefix="bench-") as folder:
        settings = rehearsed(Path(folder), days)
        engine = open_engine(settings.books_url)
        print(f"{multiply(engine, invoices):,} open invoices")
        engine.dispose()
        plain, _, _, _ = alone(settings, "a plain count")
        for name in _REPORTS:
            seconds, used, memory, rows = alone(settings, name)
            print(f"{name}: {seconds:,.1f} s, {used:,.1f} s of processor, {rows:,} rows;", end=" ")
            print(f"{seconds / plain:,.1f} times a plain count, {memory:,.0f} MB at most")
        print(f"load {', '.join(f'{one:.1f}' for one in os.getloadavg())}")


def alone(settings: Settings, name: str) -> tuple[float, float, float, int]:
    """A part in a process of its own, so that its memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as one:
        return one.submit(_timed, settings, name).result()


def _timed(settings: Settings, name: str) -> tuple[float, float, float, int]:
    part = PARTS[name]
    wiring, began = wire(settings), (time.perf_counter(), time.process_time())
    rows = part(wiring, settings)
    seconds, used = time.perf_counter() - began[0], time.process_time() - began[1]
    # A server counts what a connection used when it ends.
    wiring.ledger.engine.dispose()
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


def _bare(wiring: Wiring, _: Settings) -> int:
    """Every open invoice as a row, and nothing made of it."""
    names = ("invoice", "customer", "currency", "amount_minor", "open_minor", "due_date")
    query = select(*(CASE.c[name] for name in names)).where(CASE.c.open_minor != 0)
    with snapshot(wiring.ledger) as books:
        found = books.connection.execute(query, execution_options={"yield_per": 2000})
        return sum(len(some) for some in found.partitions())


def _aged(day: date, basis: Basis, by: Key, wiring: Wiring, _: Settings) -> int:
    with snapshot(wiring.ledger) as books:
        policies = wiring.planner.policies
        return len(aging_of(books, policies, day, basis, by, named=False).rows)


def _page(day: date, wiring: Wiring, _: Settings) -> int:
    """What the desk reads at once: the totals, and ten pages of customers."""
    with snapshot(wiring.ledger) as books:
        page = PageAsked("", None, 10 * PAGE_ROWS)
        return len(aging_page(books, wiring.planner.policies, day, "due", page).rows)


def _items(write: Writer, wiring: Wiring, settings: Settings) -> int:
    count = 0

    def counted(rows: Iterable[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    with snapshot(wiring.ledger) as books:
        policies = wiring.planner.policies
        table = items_table(books, aging_of(books, policies, LAST, "due", "entity"))
        write(replace(table, rows=counted(table.rows)), settings.home / "items")
    return count


def _kpis(wiring: Wiring, _: Settings) -> int:
    with snapshot(wiring.ledger) as books:
        view = view_of(wiring.planner.policies)
        found = receivables(books, LAST - _QUARTER, LAST, view)
        return len([money_figures(one, LossMatrix()) for one in found])


def _close(wiring: Wiring, _: Settings) -> int:
    ends = MonthEnd(wiring.ledger, wiring.planner.policies, AFTER_ALL)
    packs = [ends.pack(entity, Month.of(LAST)) for entity in ends.entities()]
    return sum(len(one["roll_forward"]) for one in packs)


_REPORTS: dict[str, Part] = {
    "aging, a page of customers": partial(_page, LAST),
    "aging, a page a month back": partial(_page, LAST - _MONTH),
    "aging of the last day": partial(_aged, LAST, "due", "customer"),
    "aging by entity": partial(_aged, LAST, "due", "entity"),
    "aging by collector": partial(_aged, LAST, "due", "collector"),
    "aging by segment": partial(_aged, LAST, "due", "segment"),
    "aging by invoice date": partial(_aged, LAST, "invoice", "entity"),
    "aging a month back": partial(_aged, LAST - _MONTH, "due", "customer"),
    "aging by entity a month back": partial(_aged, LAST - _MONTH, "due", "entity"),
    "every open item as CSV": partial(_items, write_csv),
    "every open item as workbook": partial(_items, write_xlsx),
    "key figures of a quarter": _kpis,
    "month-end pack": _close,
}
PARTS: dict[str, Part] = {
    "a plain count": _counted,
    "reading every row bare": _bare,
    **_REPORTS,
    **{name: partial(take_in, name) for name in (INVOICES, BANK_LINES)},
}


if __name__ == "__main__":
    keep_engine_quiet()
    parser = ArgumentParser(prog="python -m bench.reports", description=__doc__)
    parser.add_argument("--invoices", type=int, default=100_000, help="open invoices, about")
    parser.add_argument("--days", type=int, default=60, help="days of the sample ledger")
    asked = parser.parse_args()
    measure(asked.invoices, asked.days)
