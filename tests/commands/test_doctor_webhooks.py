"""Our own webhooks are reached and refuse what no provider signed; whatever hides that is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from commands.doctor.finding import DoctorContext, Finding
from commands.doctor.webhooks import webhooks
from fakes.fake_providers import FakeProviders
from fakes.serving import running_fake
from ledger.arrivals import ARRIVAL
from settings import Settings
from tests.commands.desk_served import desk_at, free_address, wall
from tests.commands.installed import NOW, by_sendgrid, by_twilio, set_up

REFUSAL = b"Not taken: no key of ours confirms its signature.\n"
INBOUND_SECRET = "s" * 32


@pytest.fixture
def fake() -> Iterator[FakeProviders]:
    with running_fake() as found:
        yield found


@pytest.fixture
def chosen(fake: FakeProviders, tmp_path: Path) -> Settings:
    """Everything set as it should be."""
    keys = {
        "sendgrid_webhook_keys": (fake.event_public_key,),
        "sendgrid_inbound_keys": (fake.inbound_public_key,),
        "public_url": free_address(),
    }
    return set_up(tmp_path, **by_sendgrid(fake), **by_twilio(fake), **keys)


async def looked(settings: Settings, **changes: object) -> Finding:
    known = settings.model_copy(update=changes)
    return await webhooks(DoctorContext(known, NOW))


async def test_a_console_that_verifies_is_proved_to_and_keeps_nothing(chosen: Settings) -> None:
    async with desk_at(chosen):
        found = await looked(chosen)
    ctx = DoctorContext(chosen, NOW)
    with ctx.ledger.reading() as books:
        stored = books.connection.execute(select(func.count()).select_from(ARRIVAL)).scalar_one()
    ctx.ledger.engine.dispose()

    assert found.ok, found.detail
    assert "a signature of our own making is refused" in found.detail
    assert stored == 0


async def test_the_secret_address_is_proved_too_and_not_shown(chosen: Settings) -> None:
    changes = {"sendgrid_inbound_keys": (), "inbound_secret": SecretStr(INBOUND_SECRET)}
    known = chosen.model_copy(update=changes)
    async with desk_at(known):
        found = await looked(known)

    assert found.ok, found.detail
    assert INBOUND_SECRET not in found.detail


async def test_a_console_without_the_keys_is_found(chosen: Settings) -> None:
    without = {"sendgrid_webhook_keys": (), "sendgrid_inbound_keys": (), "sms_provider": "outbox"}
    async with desk_at(chosen.model_copy(update=without | {"twilio_auth_tokens": ()})):
        found = await looked(chosen)

    assert not found.ok
    assert "has no key to verify posts with: start duncan up again" in found.detail


async def test_keys_that_are_being_exchanged_are_said(chosen: Settings) -> None:
    changing = chosen.model_copy(update={"webhooks_changing": True})
    async with desk_at(changing):
        found = await looked(changing)

    assert not found.ok
    assert found.detail.startswith("DUNCAN_WEBHOOKS_CHANGING is on")


@pytest.mark.parametrize(
    ("read", "posted", "said", "told"),
    [
        (405, 204, b"", "TAKES POSTS THAT NO PROVIDER SIGNED"),
        (405, 200, REFUSAL, "TAKES POSTS THAT NO PROVIDER SIGNED"),
        (405, 403, b"<html>Blocked</html>", "something in front answers 403"),
        (405, 401, REFUSAL, "something in front answers 401"),
        (200, 403, REFUSAL, "answers 200 instead of 405"),
        (302, 403, REFUSAL, "answers 302 instead of 405"),
        (404, 403, REFUSAL, "answers 404 instead of 405"),
    ],
)
async def test_something_else_at_the_address_is_found(
    chosen: Settings, read: int, posted: int, said: bytes, told: str
) -> None:
    with wall(read, posted, said) as address:
        found = await looked(chosen, public_url=address)

    assert not found.ok
    assert told in found.detail


async def test_only_our_own_refusal_counts(chosen: Settings) -> None:
    with wall(405, 403, REFUSAL) as address:
        assert (await looked(chosen, public_url=address)).ok


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"public_url": ""}, "set DUNCAN_PUBLIC_URL"),
        ({"sendgrid_webhook_keys": ()}, "set DUNCAN_SENDGRID_WEBHOOK_KEYS"),
        ({"sendgrid_webhook_keys": ("abc",)}, "number 1 of DUNCAN_SENDGRID_WEBHOOK_KEYS"),
        ({"sendgrid_inbound_keys": ("ü",)}, "number 1 of DUNCAN_SENDGRID_INBOUND_KEYS"),
        ({"twilio_auth_tokens": ()}, "set DUNCAN_TWILIO_AUTH_TOKENS"),
        ({"sendgrid_host": "https://api.sendgrid.com"}, "it needs to be https and public"),
        ({"twilio_base_url": ""}, "it needs to be https and public"),
    ],
)
async def test_what_is_missing_is_named_before_anything_is_asked(
    chosen: Settings, changes: dict[str, object], told: str
) -> None:
    found = await looked(chosen, **changes)

    assert not found.ok
    assert told in found.detail


async def test_without_such_a_provider_nobody_is_asked(tmp_path: Path) -> None:
    by_mail_server = set_up(tmp_path, email_provider="smtp", smtp_host="mail.mycompany.net")

    assert (await looked(by_mail_server)).detail == "No provider posts to us."
