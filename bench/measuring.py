"""Measuring: books that are kept between runs, and a process that has nothing else behind it."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from bench.copies import large_ledger
from commands.rehearsal.playing import fresh_home
from settings import Settings, read_settings

T = TypeVar("T")
_PROCESSES = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


@contextmanager
def large_books(
    kept: Path | None, invoices: int, days: int, *, only_open: bool, touches: int = 0
) -> Iterator[Settings]:
    """Settings of an installation with large books: made for now, or kept in a folder and used."""
    if kept is not None and (kept / "large" / "books.db").exists():
        yield fresh_home(read_settings(), kept / "large")
        return
    with TemporaryDirectory(prefix="bench-") as passing:
        folder = kept or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        yield large_ledger(folder, invoices, days, only_open=only_open, touches=touches)


def apart(work: Callable[..., T], *asked: object) -> T:
    """What the work comes to in a process of its own: its memory is not what came before it."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(work, *asked).result()


def _processor() -> float:
    used = [resource.getrusage(who) for who in _PROCESSES]
    return sum(one.ru_utime + one.ru_stime for one in used)


@dataclass(frozen=True)
class Used:
    """What was used of the machine since it was made, by this process and those it started."""

    began: float = field(default_factory=time.perf_counter)
    before: float = field(default_factory=_processor)

    @property
    def seconds(self) -> float:
        """By the clock."""
        return time.perf_counter() - self.began

    @property
    def processor(self) -> float:
        """Seconds of processor, in all processes together."""
        return _processor() - self.before

    def told(self, invoices: int, shares: int) -> str:
        """Time and memory for so many invoices in so many processes, for people."""
        used, load = self.processor, ", ".join(f"{one:.1f}" for one in os.getloadavg())
        own, other = (resource.getrusage(who).ru_maxrss / 1024 for who in _PROCESSES)
        each, million = used / max(1, invoices), 1e6 / shares / 60
        return (
            f"{shares} processes: {self.seconds:,.1f} s, {used:,.1f} s of processor; load {load}\n"
            f"memory: {own:,.0f} MB here, {other:,.0f} MB in the largest other process,"
            f" {own + other * (shares - 1):,.0f} MB at most together\n"
            f"{each * 1e6:,.0f} µs of processor an invoice;"
            f" {each * million:,.1f} minutes for a million of these on {shares} idle cores"
        )
