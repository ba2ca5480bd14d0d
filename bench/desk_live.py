"""Pages that stay open while facts come in: how soon each of them shows what happened.

Each page does what the script of the desk does: it hears that something happened that concerns it,
and reads itself again, once at a time. What it shows then is everything up to what it had heard of.
"""

from __future__ import annotations

import bisect
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, RemoteDisconnected
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event as Ended
from threading import Event, Thread
from urllib.parse import urlencode

from bench.copies import AFTER_ALL
from console.concerns import concerns
from dunning.contact_facts import ContactLogged
from dunning.erasure_facts import ErasureDeclined
from ledger.books import Books
from ledger.desk_news import News, newest_number
from ledger.engine import open_engine
from ledger.ledger import Ledger

AIM_SECONDS = 2.0
Recorded = tuple[News, float]
_LAST_SECONDS = 15.0
# As the script waits, so that several changes are one.
_A_MOMENT = 0.05


@dataclass
class OpenPage:
    """One page: up to which fact it showed everything, and when, by the clock of the machine."""

    address: str
    customer: str
    heard: int = 0
    shown: list[tuple[int, float]] = field(default_factory=list)

    def delays(self, recorded: Sequence[Recorded]) -> list[float]:
        """Seconds until each fact that concerns it was shown; infinite where it never was."""
        found = []
        for news, moment in recorded:
            if concerns(self.address, self.customer, [news]):
                place = bisect.bisect_left(self.shown, (news.number, 0.0))
                known = place < len(self.shown)
                found.append(self.shown[place][1] - moment if known else float("inf"))
        return found


@contextmanager
def open_pages(
    port: int, headers: Mapping[str, str], addresses: Sequence[tuple[str, str]]
) -> Iterator[list[OpenPage]]:
    """Pages that are open meanwhile, one for each address with the customer it is about."""
    pages = [OpenPage(*address) for address in addresses]
    heard, ended = [Event() for _ in pages], Event()
    threads = []
    for page, changed in zip(pages, heard, strict=True):
        told = (port, headers, page, changed, ended)
        threads.append(Thread(target=_hear, args=told, daemon=True))
        threads.append(Thread(target=_show, args=told))
    for thread in threads:
        thread.start()
    yield pages
    ended.set()
    for changed in heard:
        changed.set()
    for thread in threads[1::2]:
        thread.join()


def _hear(
    port: int, headers: Mapping[str, str], page: OpenPage, changed: Event, ended: Event
) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=300)
    connection.request("GET", f"/live?{urlencode({'of': page.address})}", headers=dict(headers))
    lines = connection.getresponse()
    newest = 0
    while not ended.is_set() and (line := lines.readline()):
        if line.startswith(b"id: "):
            newest = int(line.removeprefix(b"id: "))
        elif line == b"event: changed\n":
            page.heard = newest
            changed.set()
    connection.close()


def _show(
    port: int, headers: Mapping[str, str], page: OpenPage, changed: Event, ended: Event
) -> None:
    connection, tag = HTTPConnection("127.0.0.1", port, timeout=300), ""
    while changed.wait() and not ended.is_set():
        time.sleep(_A_MOMENT)
        changed.clear()
        heard = page.heard
        try:
            asked = {**headers, "X-Live": "1", "If-None-Match": tag}
            connection.request("GET", page.address, headers=asked)
            answer = connection.getresponse()
            answer.read()
        except RemoteDisconnected:
            # It was silent for too long: the next request opens another.
            connection.close()
            changed.set()
            continue
        tag = answer.getheader("ETag", "")
        page.shown.append((heard, time.monotonic()))
    connection.close()


@contextmanager
def recording(books_url: str, customer: str, per_second: float) -> Iterator[list[Recorded]]:
    """So many facts a second, by a process of its own; when each was recorded, once it is over.

    Every other one is about the customer, the rest concern every page.
    """
    context = get_context("spawn")
    mine, theirs = context.Pipe()
    ended, recorded = context.Event(), list[Recorded]()
    asked = (books_url, customer, per_second, ended, theirs)
    process = context.Process(target=_record, args=asked, daemon=True)
    process.start()
    theirs.close()
    assert mine.recv() == "ready"
    yield recorded
    ended.set()
    recorded += mine.recv()
    process.join()
    # What happened last is shown a little later.
    time.sleep(_LAST_SECONDS)


def _record(
    books_url: str, customer: str, per_second: float, ended: Ended, told: Connection
) -> None:
    ledger, recorded = Ledger(open_engine(books_url)), list[Recorded]()
    told.send("ready")
    began = time.monotonic()
    while not ended.wait(max(0, began + len(recorded) / per_second - time.monotonic())):
        about = customer if len(recorded) % 2 else ""
        news = ledger.transact(lambda books: _noted(books, about))  # noqa: B023 - called at once
        recorded.append((news, time.monotonic()))
    told.send(recorded)


def _noted(books: Books, customer: str) -> News:
    """A fact about the customer, or one that concerns everybody."""
    fact: ContactLogged | ErasureDeclined = ContactLogged(at=AFTER_ALL, by="bench", channel="phone")
    stream = f"contacts:{customer}"
    if not customer:
        fact = ErasureDeclined(at=AFTER_ALL, by="bench", customer="bench", reason="measured")
        stream = "erasure:bench"
    books.append(stream, fact)
    return News(newest_number(books.connection), stream, fact.kind, customer)
