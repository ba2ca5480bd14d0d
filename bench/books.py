"""`python -m bench.books`: files taken in and reports made, at any size, on both databases.

Invoices and bank lines are taken into fresh books; reports read books that were copied to size,
with five postings for each open invoice, which `--keep` leaves for another run. Every part runs in
a process of its own. Figures are seconds for a million invoices (a hundred thousand bank lines):
by the clock of what somebody waits for, which reads with two processors, else of processor, those
of a PostgreSQL server counted in. At a smaller size they are scaled up.
"""

from __future__ import annotations

import os
import shutil
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.figures import Figure, show
from bench.reported import reported
from bench.reports import alone
from bench.servers import NAMES, Server, servers
from bench.taking_in import BANK_LINES, INVOICES, write_files
from commands import printing
from commands.rehearsal.playing import fresh_home
from engine import keep_engine_quiet
from ledger.engine import open_engine
from ledger.schema import upgrade
from settings import Settings, read_settings

_MILLION = 1_000_000
_TAKEN_IN = "taken_in"
_MOST_MB = 500


class Aim(NamedTuple):
    """A part with the seconds it may take at full size; how many rows that is for an invoice."""

    part: str
    seconds: float
    each: float = 1.0
    by_clock: bool = False


_TAKING_IN = (Aim(INVOICES, 360), Aim(BANK_LINES, 120, 0.1))
_AGINGS = (
    *(", a page of customers", ", a page a month back", " of the last day", " by entity"),
    *(" by collector", " by segment", " by invoice date", " a month back"),
    " by entity a month back",
)
_REPORTS = (
    *(Aim(f"aging{one}", 2, by_clock=True) for one in _AGINGS),
    Aim("every open item as CSV", 120),
    Aim("every open item as workbook", 120),
)


@dataclass(frozen=True)
class Asked:
    """How many invoices; which parts and databases, all without a word; where books are kept."""

    invoices: int
    parts: Sequence[str] = ()
    databases: Sequence[str] = ()
    kept: Path | None = None

    def of(self, aims: Sequence[Aim]) -> list[Aim]:
        """The parts among these whose names have a word that was asked for."""
        return [one for one in aims if not self.parts or any(w in one.part for w in self.parts)]


def books(asked: Asked) -> Iterator[Figure]:
    """The figures of every database that is asked for and there."""
    with TemporaryDirectory(prefix="bench-") as passing:
        folder = asked.kept or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        with servers(asked.databases or NAMES, asked.kept and folder / "pg") as found:
            for server in found:
                yield from _taking_in(folder, server, asked)
                yield from _reports(folder, server, asked)


def _taking_in(folder: Path, server: Server, asked: Asked) -> Iterator[Figure]:
    # Bank lines pay the invoices before them.
    if not asked.of(_TAKING_IN):
        return
    home = folder / f"{server.name}-new"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    server.drop(_TAKEN_IN)
    settings = server.settings(fresh_home(read_settings(), home), _TAKEN_IN)
    engine = open_engine(settings.books_url)
    upgrade(engine)
    engine.dispose()
    write_files(home, asked.invoices)
    try:
        yield from _figures(settings, server, _TAKING_IN, asked.invoices)
    finally:
        server.drop(_TAKEN_IN)
        shutil.rmtree(home)


def _reports(folder: Path, server: Server, asked: Asked) -> Iterator[Figure]:
    if aims := asked.of(_REPORTS):
        settings, still_open = reported(folder, server, asked.invoices)
        yield from _figures(settings, server, aims, still_open)


def _figures(
    settings: Settings, server: Server, aims: Sequence[Aim], invoices: int
) -> Iterator[Figure]:
    """Each part beside its aim, with its ratio to reading the same rows bare."""
    bare, _, _, found = _used(settings, server, "reading every row bare")
    for aim in aims:
        printing.err.print(f"measuring: {aim.part}, {server.name} …", markup=False)
        used, clock, memory, rows = _used(settings, server, aim.part)
        seconds, other = (clock, used) if aim.by_clock else (used, clock)
        details = {
            "seconds of processor" if aim.by_clock else "seconds by the clock": round(other, 1),
            # Of books that are still empty there was nothing to read.
            **({"times reading bare": round(used / bare, 1)} if found and bare else {}),
            "MB at most": round(memory),
            "rows": rows,
            "load": round(os.getloadavg()[0], 1),
            **({"more MB than the aim": _MOST_MB} if memory > _MOST_MB else {}),
        }
        name, scale = f"{aim.part}, {server.name}", _MILLION / invoices
        yield Figure(name, seconds * scale, aim.seconds, "s", at_most=True, details=details)


def _used(settings: Settings, server: Server, part: str) -> tuple[float, float, float, int]:
    """Seconds of processor, seconds by the clock, MB, rows."""
    before = server.processor()
    clock, used, memory, rows = alone(settings, part)
    return used + server.processor() - before, clock, memory, rows


if __name__ == "__main__":
    keep_engine_quiet()
    parser = ArgumentParser(prog="python -m bench.books", description=__doc__)
    parser.add_argument("--invoices", type=int, default=50_000, help="invoices, about")
    parser.add_argument("--only", action="append", default=[], help="parts with this word")
    parser.add_argument("--on", action="append", default=[], choices=NAMES)
    parser.add_argument("--keep", type=Path, help="keep the books to report on in this folder")
    given = parser.parse_args()
    for figure in books(Asked(given.invoices, given.only, given.on, given.keep)):
        show([figure])
    printing.say(f"load {', '.join(f'{one:.1f}' for one in os.getloadavg())}")
