"""Sending through the doubles of both providers, with webhooks that come back signed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from activities.gateways.interface import Gateway
from commands.mailroom.arrivals import Mailroom, mailroom_of
from console.serving import serve_console
from console.webhooks.app import create_webhooks
from console.webhooks.keys import WebhookKeys
from dunning.case import Case
from dunning.steps import SendTouch, Step
from fakes.fake_providers import FakeProviders
from fakes.posting import Manner
from fakes.records import Channel, Sent
from ledger.ledger import Ledger
from tests.activities.gateways_at_fakes import sendgrid_at, twilio_at
from tests.activities.workshop import MESSAGE, TASK, Post, Workshop, afternoon, workshop
from tests.cast import contact, customer, day, invoice
from worker import Wiring

PUBLIC = "https://ar.example"
# What is sent on which day by which channel, and what went before it.
DUE: Mapping[Channel, tuple[datetime, tuple[tuple[str, int], ...], str]] = {
    "email": (afternoon(day(3)), (), "reminder"),
    "sms": (afternoon(day(14)), (("reminder", 3), ("request", 10)), "request_sms"),
}
# Only where a text message is due may somebody be texted: no step has another way.
PHONES: Mapping[Channel, str] = {"email": "", "sms": "+447700900123"}


@dataclass(frozen=True)
class Delivering:
    """An installation that sends through `gateways` and takes in what comes back."""

    shop: Workshop
    mailroom: Mailroom

    @property
    def wiring(self) -> Wiring:
        """Its rooms."""
        return self.shop.wiring

    def opens(self, channel: Channel, number: str = "I-1", of: str = "C-1") -> None:
        """An invoice whose next step on the channel is due."""
        them = customer(of, contact(f"Grace{of}", phone=PHONES[channel]))
        self.shop.opens(invoice(number, of=of), customers=[them])
        for step, on in DUE[channel][1]:
            self.shop.spoke(number, step, day(on))

    def goes_on(self, now: datetime, number: str = "I-1") -> Step:
        """Plan, and send what is due, as often as something is."""
        step = self.shop.plan(number, now)
        for _ in range(5):
            if not isinstance(step, SendTouch) or step.at > now:
                return step
            step = self.send(number, step, now)
        raise AssertionError("it sends for ever")

    def send(self, number: str, step: Step, now: datetime) -> Step:
        """Carry a touch out by whichever channel it names."""
        return self.shop.send_by(self.wiring.gateways, number, step, now)

    def case(self, number: str = "I-1") -> Case:
        """The invoice's case."""
        return self.shop.case(number)

    @property
    def messages(self) -> list[str]:
        """The states of all messages, in the order they were claimed."""
        return [row.state for row in sorted(self.shop.rows(MESSAGE), key=lambda r: r.claimed_at)]

    @property
    def tasks(self) -> list[tuple[str, str]]:
        """What people were asked, and what came of it."""
        return [(row.what, row.outcome) for row in self.shop.rows(TASK)]


@contextmanager
def delivering(home: Path, gateways: Mapping[str, Gateway]) -> Iterator[Delivering]:
    """An installation on fresh books."""
    with workshop(home) as shop:
        wiring = replace(shop.wiring, gateways=gateways)
        yield Delivering(Workshop(wiring, Post()), mailroom_of(wiring))


def at_fakes(fake: FakeProviders) -> Mapping[str, Gateway]:
    """Both channels through the doubles."""
    return {"email": sendgrid_at(fake), "sms": twilio_at(fake, public_url=PUBLIC)}


@dataclass
class Door:
    """The webhooks on a socket, and what the doubles post there."""

    fake: FakeProviders
    address: str = ""
    ready: threading.Event = field(default_factory=threading.Event)

    def tells(self, sent: Sent, *kinds: str, manner: Manner | None = None) -> None:
        """The provider tells what became of a message, signed; every post has to be taken."""
        if sent.channel == "email":
            events = [self.fake.event(sent, kind) for kind in kinds]
            url = f"{self.address}/webhooks/sendgrid/events"
            answers = self.fake.deliver_events(url, events, manner or Manner())
        else:
            path = f"/webhooks/twilio/status?a={sent.attempt}"
            signed = replace(manner or Manner(), signed_url=f"{PUBLIC}{path}")
            answers = self.fake.status_callback(
                sent, *kinds, url=f"{self.address}{path}", manner=signed
            )
        assert {answer.status for answer in answers} <= {200, 204}, answers


@contextmanager
def door_of(ledger: Ledger, fake: FakeProviders) -> Iterator[Door]:
    """Serve the webhooks of these books until the block ends."""
    door = Door(fake)
    keys = WebhookKeys(
        sendgrid_events=(fake.event_public_key,),
        twilio_tokens=(fake.twilio_token,),
        public_url=PUBLIC,
    )
    ended: list[Callable[[], object]] = []

    def ready(address: str) -> None:
        door.address = address
        door.ready.set()

    async def serve() -> None:
        webhooks = create_webhooks(ledger, keys, lambda: datetime.now(UTC), {})
        serving = asyncio.ensure_future(serve_console(webhooks, port=0, ready=ready))
        loop = asyncio.get_running_loop()
        ended.append(lambda: loop.call_soon_threadsafe(serving.cancel))
        await asyncio.wait([serving])

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="webhooks")
    thread.start()
    assert door.ready.wait(10)
    try:
        yield door
    finally:
        ended[0]()
        thread.join()
