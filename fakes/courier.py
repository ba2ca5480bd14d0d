"""Lets the doubles tell of their own accord what became of each message, as the real ones do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from fakes.fake_providers import FakeProviders
from fakes.records import Sent

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
    called_back = 0
    while not ended.wait(every_seconds):
        if fake.has_news:
            fake.deliver_events(events_url)
        for sent in fake.sent[called_back:]:
            _call_back(fake, sent)
            called_back += 1


def _call_back(fake: FakeProviders, sent: Sent) -> None:
    if sent.channel == "sms" and "StatusCallback" in sent.payload:
        fake.status_callback(sent, *_USUAL)
