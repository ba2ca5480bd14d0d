from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import pytest

from console.serving import serve_console
from console.webhooks.keys import WebhookKeys
from fakes.fake_providers import FakeProviders
from fakes.inbound_mail import Envelope
from fakes.posting import Answer, Manner
from fakes.serving import running_fake
from tests.console.webhooks.conftest import House
from tests.console.webhooks.posting import PUBLIC

MIME = (
    "From: Jana <jana@customer.example>\r\nTo: reply@in.example\r\nSubject: Grüße\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\nWir zahlen am Freitag.\r\n"
).encode()
ENVELOPE = Envelope(to=("reply@in.example",), sender="jana@customer.example")
BATCH = [{"event": "delivered", "sg_event_id": "e1", "timestamp": 1, "email": "x@c.example"}]
Post = Callable[[FakeProviders, str, Manner], list[Answer]]


def post_events(fake: FakeProviders, at: str, manner: Manner) -> list[Answer]:
    return fake.deliver_events(f"{at}/webhooks/sendgrid/events", BATCH, manner)


def post_mail(fake: FakeProviders, at: str, manner: Manner) -> list[Answer]:
    return fake.inbound_mail(f"{at}/webhooks/sendgrid/mail", MIME, ENVELOPE, manner)


def post_parsed_mail(fake: FakeProviders, at: str, manner: Manner) -> list[Answer]:
    parsed = Envelope(to=ENVELOPE.to, sender=ENVELOPE.sender, raw=False)
    return fake.inbound_mail(f"{at}/webhooks/sendgrid/mail", MIME, parsed, manner)


def post_sms(fake: FakeProviders, at: str, manner: Manner) -> list[Answer]:
    url = f"{at}/webhooks/twilio/sms#rc=2&rp=all"
    return fake.inbound_sms(url, sender="+4930123", to="+4930456", body="Grüße ✅", manner=manner)


POSTS = {
    "sendgrid_events": post_events,
    "sendgrid_mail": post_mail,
    "sendgrid_mail parsed": post_parsed_mail,
    "twilio_sms": post_sms,
}


def manner_of(**options: bool | int) -> Manner:
    """Twilio signs the public address, whatever stands between it and us."""
    return Manner(signed_url=f"{PUBLIC}/webhooks/twilio/sms", **options)  # type: ignore[arg-type]


@asynccontextmanager
async def posted_to(house: House, fake: FakeProviders) -> AsyncIterator[str]:
    """The console on a socket of its own, with the keys of the providers' doubles."""
    keys = WebhookKeys(
        sendgrid_events=(fake.event_public_key,),
        sendgrid_inbound=(fake.inbound_public_key,),
        twilio_tokens=(fake.twilio_token,),
        public_url=PUBLIC,
    )
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    app = house.app(keys, lambda: datetime.now(UTC))
    serving = asyncio.create_task(serve_console(app, port=0, ready=address.set_result))
    yield await address
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


@pytest.mark.parametrize("kind", POSTS)
async def test_what_a_provider_posts_twice_is_stored_once(house: House, kind: str) -> None:
    manner = manner_of(duplicated=True)
    with running_fake() as fake:
        async with posted_to(house, fake) as at:
            answers = await asyncio.to_thread(POSTS[kind], fake, at, manner)

    assert [answer.status in {200, 204} for answer in answers] == [True, True]
    assert [stored.kind for stored in house.arrivals] == [kind.partition(" ")[0]]


@pytest.mark.parametrize("kind", POSTS)
@pytest.mark.parametrize("option", ["wrongly_signed", "unsigned"])
async def test_what_a_stranger_posts_is_not_stored(house: House, kind: str, option: str) -> None:
    with running_fake() as fake:
        async with posted_to(house, fake) as at:
            answers = await asyncio.to_thread(POSTS[kind], fake, at, manner_of(**{option: True}))

    assert [answer.status for answer in answers] == [403]
    assert house.arrivals == []


@pytest.mark.parametrize("kind", ["sendgrid_events", "sendgrid_mail"])
async def test_what_was_signed_long_ago_is_not_stored(house: House, kind: str) -> None:
    with running_fake() as fake:
        async with posted_to(house, fake) as at:
            manner = manner_of(age_seconds=10 * 86_400)
            answers = await asyncio.to_thread(POSTS[kind], fake, at, manner)

    assert [answer.status for answer in answers] == [403]
    assert house.arrivals == []
