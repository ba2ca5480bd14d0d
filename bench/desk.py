"""`python -m bench.desk`: how long each page of the desk takes over books of any size.

The desk is served on loopback by a process of its own. Beside each page stand the processor time
of that process and of PostgreSQL, and the ratio of the median to a page that reads no list.
"""

from __future__ import annotations

import os
import re
import time
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from html import unescape
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

from bench.desk_live import AIM_SECONDS, open_pages, recording
from bench.desk_pages import Page, live_pages, pages_of
from bench.desk_served import Served, served
from bench.desk_site import DeskSite, desk_site
from engine import keep_engine_quiet

AIM_MS = 300.0
_NEXT = re.compile(r'rel="next" href="([^"]+)"')
_SHARES = (0.5, 0.95, 0.99)
_SETTLING_SECONDS = 5


@dataclass(frozen=True)
class Visited:
    """Visits of one page: milliseconds of each, and of the processor on the average."""

    walls: list[float]
    processor: float
    status: int


def within(values: list[float], share: float) -> float:
    """What so many of the values stay within."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def measure(asked: Namespace) -> None:
    """Make the books, serve them, visit every page, and print the figures."""
    with desk_site(asked) as site, served(site.settings) as desk:
        visitor = _Visitor(desk, site)
        pages = pages_of(site.largest, site.invoice, site.other)
        chosen = [one for one in pages if not asked.only or one.address in asked.only]
        empty = visitor.visits(pages[0], asked.visits)
        for page in chosen:
            _print(page, visitor.visits(page, asked.visits), empty)
        if asked.open_pages:
            _live(visitor, site, asked)
        print(f"{desk.megabytes_at_most():,.0f} MB at most; load {os.getloadavg()[0]:.1f}")


class _Visitor:
    """Somebody who reads pages, and a script that reads the API."""

    def __init__(self, desk: Served, site: DeskSite) -> None:
        self.desk, self.site = desk, site
        self.cookies = {"Cookie": f"duncan_session={site.session}", "Accept-Language": "en"}
        self._key = {"Authorization": f"Bearer {site.key}"}

    def visits(self, page: Page, times: int) -> Visited:
        """Visit a page so often, after a first visit that does not count."""
        address, status, body = self._found(page)
        if page.then and (found := _NEXT.search(body)):
            address = unescape(found[1])
        before = self.processor_seconds()
        answers = [self._get(page, address) for _ in range(times)]
        used = (self.processor_seconds() - before) * 1000 / times
        return Visited([one[0] for one in answers], used, answers[-1][1] if answers else status)

    def processor_seconds(self) -> float:
        """What the desk and its database used so far."""
        return self.desk.processor_seconds() + self.site.database_seconds()

    def _found(self, page: Page) -> tuple[str, int, str]:
        """Where the page is; a report is made beside the pages first."""
        address = page.address
        while True:
            _, status, body, place = self._get(page, address)
            if status == HTTPStatus.SEE_OTHER:
                address = place
            elif "/jobs/" not in address or 'role="alert"' in body:
                return address, status, body
            else:
                time.sleep(1)

    def _get(self, page: Page, address: str) -> tuple[float, int, str, str]:
        began = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", self.desk.port, timeout=300)
        connection.request("GET", address, headers=self._key if page.api else self.cookies)
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
        connection.close()
        place = answer.getheader("location", "") or ""
        return (time.perf_counter() - began) * 1000, answer.status, body, place


def _print(page: Page, seen: Visited, empty: Visited) -> None:
    p50, p95, p99 = (within(seen.walls, share) for share in _SHARES)
    verdict = "met" if p95 < AIM_MS else "missed"
    ratio = p50 / max(within(empty.walls, 0.5), 0.1)
    print(
        f"{p50:7.0f} {p95:7.0f} {p99:7.0f} ms {seen.processor:6.0f} ms of processor"
        f" {ratio:6.1f} × empty  {seen.status} {verdict:6} {page.name}",
        flush=True,
    )


def _live(visitor: _Visitor, site: DeskSite, asked: Namespace) -> None:
    """Pages that stay open while facts come in: how soon each shows every one of them."""
    some = live_pages(site.largest, site.invoice, site.other)
    addresses = [some[number % len(some)] for number in range(asked.open_pages)]
    desk, books = visitor.desk, site.settings.books_url
    with open_pages(desk.port, visitor.cookies, addresses) as pages:
        time.sleep(_SETTLING_SECONDS)
        before, began = visitor.processor_seconds(), time.monotonic()
        with recording(books, site.largest, asked.facts_a_second) as recorded:
            time.sleep(asked.seconds)
            used = (visitor.processor_seconds() - before) / (time.monotonic() - began)
    for address, _ in some:
        delays = [one for page in pages if page.address == address for one in page.delays(recorded)]
        _print_delays(address, delays)
    every = [one for page in pages for one in page.delays(recorded)]
    _print_delays(f"{len(pages)} pages, {len(recorded)} facts", every)
    renewed = sum(len(page.shown) for page in pages)
    print(f"{used:.2f} processors of desk and database; {renewed} times pages were read again")


def _print_delays(name: str, delays: list[float]) -> None:
    p50, p95 = (within(delays, share) for share in _SHARES[:2])
    verdict = "met" if p95 < AIM_SECONDS else "missed"
    print(f"{p50:6.2f} {p95:6.2f} {max(delays):6.2f} s until shown  {verdict:6} {name}", flush=True)


def main() -> None:
    """Measure and print."""
    parser = ArgumentParser(prog="python -m bench.desk", description=__doc__)
    parser.add_argument("--invoices", type=int, default=5_000, help="open invoices, about")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own")
    parser.add_argument("--visits", type=int, default=20, help="visits of each page")
    parser.add_argument("--open-pages", type=int, default=0, help="pages that stay open")
    parser.add_argument("--facts-a-second", type=float, default=20, help="recorded meanwhile")
    parser.add_argument("--seconds", type=float, default=30, help="how long facts are recorded")
    parser.add_argument("--only", nargs="*", default=(), help="the addresses to visit")
    parser.add_argument("--keep", type=Path, help="folder to keep the books in, and to use them")
    parser.add_argument("--days", type=int, default=60, help="days of the sample ledger")
    measure(parser.parse_args())


if __name__ == "__main__":
    keep_engine_quiet()
    main()
