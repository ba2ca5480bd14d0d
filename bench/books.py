"""`python -m bench.books`: files taken in and reports made, at any size, on both databases.

Invoices and bank lines are taken into fresh books; reports read books that were copied to size,
with five postings for each open invoice. Every part runs in a process of its own. Figures are
seconds of processor for a million invoices (a hundred thousand bank lines), those of a PostgreSQL
server counted in; at a smaller size they are scaled up.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.copies import rehearsed
from bench.figures import Figure, show
from bench.report_books import moved_to, multiply
from bench.reports import alone
from bench.servers import Server, servers
from bench.taking_in import BANK_LINES, INVOICES, write_files
from commands import printing
from commands.rehearsal.playing import fresh_home
from engine import keep_engine_quiet
from ledger.engine import open_engine
from ledger.schema import upgrade
from settings import Settings

_MILLION = 1_000_000
_POSTINGS_EACH = 5
_DAYS = 60
_MOST_MB = 500


class Aim(NamedTuple):
    """A part with the seconds it may take at full size; how many rows that is for an invoice."""

    part: str
    seconds: float
    each: float = 1.0


_TAKING_IN = (Aim(INVOICES, 360), Aim(BANK_LINES, 120, 0.1))
_REPORTS = (
    Aim("aging of the last day", 2),
    Aim("aging by entity", 2),
    Aim("aging by collector", 2),
    Aim("aging by segment", 2),
    Aim("aging by invoice date", 2),
    Aim("aging a month back", 2),
    Aim("every open item as CSV", 120),
    Aim("every open item as workbook", 120),
)


def books(invoices: int, only: str = "") -> Iterator[Figure]:
    """The figures of every database there is, or of `only` this one."""
    with TemporaryDirectory(prefix="bench-") as passing, servers() as found:
        folder = Path(passing)
        template = rehearsed(folder, _DAYS)
        for server in found:
            if only in {"", server.name}:
                yield from _taking_in(template, folder / f"{server.name}-new", server, invoices)
                yield from _reports(template, folder / f"{server.name}-large", server, invoices)


def _taking_in(template: Settings, folder: Path, server: Server, invoices: int) -> Iterator[Figure]:
    settings = server.settings(fresh_home(template, folder), "taken_in")
    upgrade(open_engine(settings.books_url))
    write_files(folder, invoices)
    yield from _figures(settings, server, _TAKING_IN, invoices)


def _reports(template: Settings, folder: Path, server: Server, invoices: int) -> Iterator[Figure]:
    settings = server.settings(fresh_home(template, folder), "reported")
    source, target = open_engine(template.books_url), open_engine(settings.books_url)
    moved_to(source, target)
    still_open = multiply(target, invoices, invoices * _POSTINGS_EACH)
    server.settle(target)
    source.dispose()
    target.dispose()
    yield from _figures(settings, server, _REPORTS, still_open)


def _figures(
    settings: Settings, server: Server, aims: tuple[Aim, ...], invoices: int
) -> Iterator[Figure]:
    """Each part beside its aim, with its ratio to reading the same rows bare."""
    bare = _used(settings, server, "reading every row bare")[0]
    for aim in aims:
        printing.err.print(f"measuring: {aim.part}, {server.name} …", markup=False)
        used, clock, memory, rows = _used(settings, server, aim.part)
        details = {
            "seconds by the clock": round(clock, 1),
            "times reading bare": round(used / bare, 1) if bare else 0,
            "MB at most": round(memory),
            "rows": rows,
            "MB are too many": memory > _MOST_MB,
        }
        name, scale = f"{aim.part}, {server.name}", _MILLION / invoices
        yield Figure(name, used * scale, aim.seconds, "s", at_most=True, details=details)


def _used(settings: Settings, server: Server, part: str) -> tuple[float, float, float, int]:
    """Seconds of processor, seconds by the clock, MB, rows."""
    before = server.processor()
    clock, used, memory, rows = alone(settings, part)
    return used + server.processor() - before, clock, memory, rows


if __name__ == "__main__":
    keep_engine_quiet()
    parser = ArgumentParser(prog="python -m bench.books", description=__doc__)
    parser.add_argument("--invoices", type=int, default=50_000, help="invoices, about")
    parser.add_argument("--only", default="", help="sqlite or postgresql")
    asked = parser.parse_args()
    show(list(books(asked.invoices, asked.only)))
    printing.say(f"load {', '.join(f'{one:.1f}' for one in os.getloadavg())}")
