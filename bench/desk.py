"""`python -m bench.desk`: how long each page of the desk takes over books of any size.

The desk is served on loopback by a process of its own. Beside each page stand the processor time
of that process and the ratio of the median to a page that reads no list.
"""

from __future__ import annotations

import os
import re
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from html import unescape
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, insert, select, text
from sqlmodel import SQLModel

from bench.copies import CASE
from bench.desk_books import desk_books
from bench.desk_pages import Page, pages_of
from bench.desk_sample import Sample, desk_sample
from bench.desk_served import Served, served
from engine import keep_engine_quiet
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.projections import note_owed
from ledger.schema import upgrade
from ledger.search_words import rewrite_words
from settings import Settings

AIM_MS = 300.0
_NEXT = re.compile(r'rel="next" href="([^"]+)"')
_SHARES = (0.5, 0.95, 0.99)


@dataclass(frozen=True)
class Visited:
    """Visits of one page: milliseconds of each, and of the processor on the average."""

    walls: list[float]
    processor: float
    status: int

    def within(self, share: float) -> float:
        """What so many of the visits stay within."""
        ordered = sorted(self.walls)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def measure(asked: Namespace) -> None:
    """Make the books, serve them, visit every page, and print the figures."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="bench-")))
        sample = desk_sample(folder, asked.days)
        settings = sample.settings
        if asked.postgres:
            address = stack.enter_context(_postgres())
            settings = settings.model_copy(update={"database_url": address})
            _moved(sample.settings, settings)
        invoice, other = _copied(settings, sample, asked.invoices)
        desk = stack.enter_context(served(settings))
        visitor = _Visitor(desk, sample)
        pages = pages_of(sample.largest, invoice, other)
        with _open_pages(visitor, asked.open_pages):
            empty = visitor.visits(pages[0], asked.visits)
            for page in pages:
                _print(page, visitor.visits(page, asked.visits), empty)
        print(f"{desk.megabytes_at_most():,.0f} MB at most; load {os.getloadavg()[0]:.1f}")


class _Visitor:
    """Somebody who reads pages, and a script that reads the API."""

    def __init__(self, desk: Served, sample: Sample) -> None:
        self.desk = desk
        self.cookies = {"Cookie": f"duncan_session={sample.session}", "Accept-Language": "en"}
        self._key = {"Authorization": f"Bearer {sample.key}"}

    def visits(self, page: Page, times: int) -> Visited:
        """Visit a page so often, after a first visit that does not count."""
        _, status, body = self._get(page, page.address)
        address = page.address
        if page.then and (found := _NEXT.search(body)):
            address = unescape(found[1])
        before = self.desk.processor_seconds()
        answers = [self._get(page, address) for _ in range(times)]
        used = (self.desk.processor_seconds() - before) * 1000 / times
        return Visited([one[0] for one in answers], used, answers[-1][1] if answers else status)

    def _get(self, page: Page, address: str) -> tuple[float, int, str]:
        began = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", self.desk.port, timeout=300)
        connection.request("GET", address, headers=self._key if page.api else self.cookies)
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
        connection.close()
        return (time.perf_counter() - began) * 1000, answer.status, body


def _print(page: Page, seen: Visited, empty: Visited) -> None:
    p50, p95, p99 = (seen.within(share) for share in _SHARES)
    verdict = "met" if p95 < AIM_MS else "missed"
    print(
        f"{p50:7.0f} {p95:7.0f} {p99:7.0f} ms {seen.processor:6.0f} ms of processor"
        f" {p50 / max(empty.within(0.5), 0.1):6.1f} × empty  {seen.status} {verdict:6} {page.name}",
        flush=True,
    )


@contextmanager
def _open_pages(visitor: _Visitor, pages: int) -> Iterator[None]:
    """So many pages that stay open and hear what happens meanwhile."""
    opened = []
    for _ in range(pages):
        connection = HTTPConnection("127.0.0.1", visitor.desk.port, timeout=300)
        connection.request("GET", "/live", headers=visitor.cookies)
        opened.append((connection, connection.getresponse()))
    yield
    for connection, _ in opened:
        connection.close()


@contextmanager
def _postgres() -> Iterator[str]:
    """A server of its own, as the tests have it."""
    from tests.servers.postgres_server import postgres_binaries, running_postgres  # noqa: PLC0415

    binaries = postgres_binaries()
    assert binaries is not None, "PostgreSQL is not here: make setup installs it"
    with running_postgres(binaries) as address:
        yield address


def _moved(source: Settings, target: Settings) -> None:
    """The sample's rows in the other database."""
    old, new = open_engine(source.books_url), open_engine(target.books_url)
    upgrade(new)
    with old.connect() as reading, new.begin() as writing:
        for one in SQLModel.metadata.sorted_tables:
            rows = [dict(row) for row in reading.execute(select(one)).mappings()]
            if not rows:
                continue
            writing.execute(insert(one), rows)
            if "id" in one.c and one.c.id.primary_key:
                last = max(row["id"] for row in rows)
                named = {"name": one.name, "last": last}
                renew = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)")
                writing.execute(renew, named)
    old.dispose()
    new.dispose()


def _copied(settings: Settings, sample: Sample, invoices: int) -> tuple[str, str]:
    """Copy the books; an open invoice of the largest customer, and one of another."""
    engine = open_engine(settings.books_url)
    print(f"{desk_books(engine, sample.largest, invoices):,} open invoices")
    ledger = Ledger(engine)
    ledger.transact(lambda books: rewrite_words(books.connection))
    ledger.transact(lambda books: note_owed(books.connection))
    if settings.database_url:
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
    mine = CASE.c.customer == sample.largest
    with ledger.reading() as books:
        newest = select(func.max(CASE.c.invoice)).where(CASE.c.closed_on.is_(None))
        found = [books.connection.execute(newest.where(one)).scalar_one() for one in (mine, ~mine)]
    engine.dispose()
    return str(found[0]), str(found[1])


def main() -> None:
    """Measure and print."""
    parser = ArgumentParser(prog="python -m bench.desk", description=__doc__)
    parser.add_argument("--invoices", type=int, default=5_000, help="open invoices, about")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own")
    parser.add_argument("--visits", type=int, default=20, help="visits of each page")
    parser.add_argument("--open-pages", type=int, default=0, help="pages that stay open meanwhile")
    parser.add_argument("--days", type=int, default=60, help="days of the sample ledger")
    measure(parser.parse_args())


if __name__ == "__main__":
    keep_engine_quiet()
    main()
