"""Lets the doubles tell of their own accord what became of each message, as the real ones do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread

from fakes.fake_providers import FakeProviders
from fakes.posting import unless_taken

_USUAL = ("sent", "delivered")


@contextmanager
def telling(fake: FakeProviders, events_url: str, every_seconds: float = 1) -> Iterator[None]:
    """While the block runs, post events of mails there, and call text messages' addresses back."""
    ended = Event()
    courier = Thread(target=_run, args=(fake, events_url, every_seconds, ended), name="courier")
    courier.start()
    try:
        yield
    finally:
        ended.set()
        courier.join()


def _run(fake: FakeProviders, events_url: str, every_seconds: float, ended: Event) -> None:
    untaken: list[Mapping[str, object]] = []
    while not ended.wait(every_seconds):
        untaken += fake.news()
        if untaken and not unless_taken(fake.deliver_events(events_url, untaken)[-1]):
            untaken.clear()
        for sent in fake.providers.untold("sms"):
            if "StatusCallback" in sent.payload:
                fake.status_callback(sent, *_USUAL)
