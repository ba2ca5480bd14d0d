"""Pages that stay open while facts come in: how soon each of them shows what happened.

Each page does what the script of the desk does: it hears that something happened, and reads itself
again, once at a time. What it shows then is everything that was recorded before it asked.
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

from bench.copies import AFTER_ALL
from dunning.contact_facts import ContactLogged
from ledger.engine import open_engine
from ledger.ledger import Ledger

AIM_SECONDS = 2.0
_LAST_SECONDS = 15.0
# As the script waits, so that several changes are one.
_A_MOMENT = 0.05


@dataclass
class OpenPage:
    """One page: when it read itself again, by the clock of the machine, and when that was shown."""

    address: str
    asked: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)

    def delays(self, recorded: Sequence[float]) -> list[float]:
        """Seconds until each fact was shown; infinite where it never was."""
        found = []
        for moment in recorded:
            place = bisect.bisect_left(self.asked, moment)
            known = place < len(self.shown)
            found.append(self.shown[place] - moment if known else float("inf"))
        return found


@contextmanager
def open_pages(
    port: int, headers: Mapping[str, str], addresses: Sequence[str]
) -> Iterator[list[OpenPage]]:
    """Pages that are open meanwhile, one for each address."""
    pages = [OpenPage(address) for address in addresses]
    heard, ended = [Event() for _ in pages], Event()
    threads = []
    for page, changed in zip(pages, heard, strict=True):
        threads.append(Thread(target=_hear, args=(port, headers, changed, ended), daemon=True))
        threads.append(Thread(target=_show, args=(port, headers, page, changed, ended)))
    for thread in threads:
        thread.start()
    yield pages
    ended.set()
    for changed in heard:
        changed.set()
    for thread in threads[1::2]:
        thread.join()


def _hear(port: int, headers: Mapping[str, str], changed: Event, ended: Event) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=300)
    connection.request("GET", "/live", headers=dict(headers))
    lines = connection.getresponse()
    while not ended.is_set() and (line := lines.readline()):
        if line == b"event: changed\n":
            changed.set()
    connection.close()


def _show(
    port: int, headers: Mapping[str, str], page: OpenPage, changed: Event, ended: Event
) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=300)
    while changed.wait() and not ended.is_set():
        time.sleep(_A_MOMENT)
        changed.clear()
        asked = time.monotonic()
        try:
            connection.request("GET", page.address, headers={**headers, "X-Live": "1"})
            connection.getresponse().read()
        except RemoteDisconnected:
            # It was silent for too long: the next request opens another.
            connection.close()
            changed.set()
            continue
        page.asked.append(asked)
        page.shown.append(time.monotonic())
    connection.close()


@contextmanager
def recording(books_url: str, customer: str, per_second: float) -> Iterator[list[float]]:
    """So many facts a second, by a process of its own; when each was recorded, once it is over."""
    context = get_context("spawn")
    mine, theirs = context.Pipe()
    ended, recorded = context.Event(), list[float]()
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
    ledger, recorded = Ledger(open_engine(books_url)), list[float]()
    told.send("ready")
    fact = ContactLogged(at=AFTER_ALL, by="bench", channel="phone", note="nobody there")
    began = time.monotonic()
    while not ended.wait(max(0, began + len(recorded) / per_second - time.monotonic())):
        ledger.transact(lambda books: books.append(f"contacts:{customer}", fact))
        recorded.append(time.monotonic())
    told.send(recorded)
