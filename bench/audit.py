"""`python -m bench.audit`: how long an audit takes, and how much memory, in copies of a ledger.

The sample ledger is rehearsed once; its books are then copied into one file as often as asked.
"""

from __future__ import annotations

import os
import resource
import time
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.copies import AFTER_ALL, LAST, large_ledger
from commands.audit.audit import Scope, found_in
from commands.audit.shares import shared_audit, shares_for
from engine import keep_engine_quiet
from ledger.customer_groups import customer_groups
from ledger.rebuild import snapshot
from settings import Settings
from worker import wire

_PROCESSES = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def measure(invoices: int, days: int, touches: int) -> None:
    """Rehearse, copy, audit, and print the figures."""
    with TemporaryDirectory(prefix="bench-") as folder:
        _audit(large_ledger(Path(folder), invoices, days, only_open=False, touches=touches))


def _audit(settings: Settings) -> None:
    wiring = wire(settings)
    with snapshot(wiring.ledger) as books:
        invoices = sum(one.invoices for one in customer_groups(books))
    scope = Scope(LAST - timedelta(days=365), LAST, AFTER_ALL)
    shares, began = shares_for(invoices), (time.perf_counter(), _processor())
    answer = shared_audit(wiring, settings, scope, lambda _: None, shares)
    seconds, used = time.perf_counter() - began[0], _processor() - began[1]
    own, others = (resource.getrusage(who).ru_maxrss for who in _PROCESSES)
    memory = (own + others * (shares - 1)) / 1024
    population, size = answer["population"], Path(settings.home / "books.db").stat().st_size
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    touches = population["touches"] / max(1, population["invoices"])
    print(f"{population}, {touches:.1f} touches an invoice")
    print(f"{found_in(answer)} findings in {size / 2**20:,.0f} MB of books")
    print(f"{shares} processes: {seconds:,.1f} s, {used:,.1f} s of processor; load {load}")
    print(f"{memory:,.0f} MB at most in all processes together")
    each, million = used / max(1, population["invoices"]), 1e6 / shares / 60
    print(f"{each * 1e6:,.0f} µs of processor an invoice;", end=" ")
    print(f"{each * million:,.1f} minutes for a million of these on {shares} idle cores")


def _processor() -> float:
    used = [resource.getrusage(who) for who in _PROCESSES]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    keep_engine_quiet()
    parser = ArgumentParser(prog="python -m bench.audit", description=__doc__)
    parser.add_argument("--invoices", type=int, default=33_000, help="invoices, about")
    parser.add_argument("--days", type=int, default=60, help="days of the sample ledger")
    parser.add_argument("--touches", type=int, default=0, help="so many an invoice: nobody pays")
    asked = parser.parse_args()
    measure(asked.invoices, asked.days, asked.touches)
