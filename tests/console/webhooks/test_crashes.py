from __future__ import annotations

import queue
import random
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Event, Thread

import pytest
from sqlalchemy import select

from ledger.arrivals import ARRIVAL
from ledger.engine import open_engine
from ledger.schema import upgrade
from tests.console.webhooks.posting import KEY, RAW_MAIL, form_of_mail
from tests.console.webhooks.serving import Serving, serving

MAILS = 500
SENDERS = 6
CRASHES = 3


@dataclass
class Provider:
    """Posts mails until each is acknowledged, whatever happens to those who take them."""

    to_post: queue.Queue[int] = field(default_factory=queue.Queue)
    acknowledged: list[int] = field(default_factory=list)
    bodies: dict[bytes, int] = field(default_factory=dict)
    refusals: list[int] = field(default_factory=list)
    unanswered: int = 0
    at: Serving | None = None
    ended: Event = field(default_factory=Event)

    def post_all(self) -> None:
        """Work until told to end."""
        while not self.ended.is_set():
            try:
                number = self.to_post.get(timeout=0.05)
            except queue.Empty:
                continue
            if self._post(number):
                self.acknowledged.append(number)
            else:
                time.sleep(0.01)
                self.to_post.put(number)

    def _post(self, number: int) -> bool:
        # Some fit into one packet, some take many.
        body, content_type = form_of_mail(RAW_MAIL + b"%d " % number * (1 + number % 7 * 5_000))
        self.bodies[body] = number
        if self.at is None:
            return False
        line = HTTPConnection(self.at.host, self.at.port, timeout=20)
        try:
            headers = {"Content-Type": content_type} | KEY.headers(body)
            line.request("POST", "/webhooks/sendgrid/mail", body, headers)
            status = line.getresponse().status
        except (OSError, HTTPException):
            self.unanswered += 1
            return False
        finally:
            line.close()
        if status != 200:
            self.refusals.append(status)
        return status == 200


@pytest.mark.slow
def test_a_killed_console_loses_nothing_it_acknowledged(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine)
    provider = Provider()
    for number in range(MAILS):
        provider.to_post.put(number)
    senders = [Thread(target=provider.post_all) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    chance = random.Random(7)
    killed_at = [_serve_for_a_while(database_url, provider, chance) for _ in range(CRASHES)]
    with serving(database_url) as provider.at:
        _wait_for(lambda: len(provider.acknowledged) >= MAILS)
        provider.ended.set()
        for sender in senders:
            sender.join()
    with engine.connect() as books:
        stored = [bytes(body) for body in books.execute(select(ARRIVAL.c.body)).scalars()]
    engine.dispose()

    assert provider.refusals == []
    assert sorted(provider.acknowledged) == list(range(MAILS))
    # Every one is there once, and whole: exactly as it was posted one time or the other.
    assert sorted(provider.bodies[body] for body in stored) == list(range(MAILS))
    # The crashes met posts under way, or they would have shown nothing.
    assert provider.unanswered >= CRASHES
    assert 0 < killed_at[0] < killed_at[-1] < MAILS


def _serve_for_a_while(url: str, provider: Provider, chance: random.Random) -> int:
    """Kill the console in the midst of its work; how much was acknowledged by then."""
    with serving(url) as provider.at:
        share = len(provider.acknowledged) + chance.randint(20, MAILS // CRASHES - 60)
        _wait_for(lambda: len(provider.acknowledged) >= share)
    return len(provider.acknowledged)


def _wait_for(is_so: object) -> None:
    assert callable(is_so)
    deadline = time.monotonic() + 60
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.002)
