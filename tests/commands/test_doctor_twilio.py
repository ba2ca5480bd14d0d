"""Twilio: the account and its sender are looked at; nothing is sent, no token is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from commands.doctor.finding import Finding
from commands.doctor.twilio import twilio
from fakes.fake_providers import FakeProviders
from fakes.faults import answers
from fakes.serving import running_fake
from tests.commands.installed import (
    NUMBER,
    by_twilio,
    looking,
)

PUBLIC = "https://ar.mycompany.net"
SERVICE = f"MG{'a' * 32}"


@pytest.fixture
def fake() -> Iterator[FakeProviders]:
    with running_fake() as found:
        yield found


async def at_twilio(fake: FakeProviders, home: Path, **changes: object) -> Finding:
    return await twilio(looking(home, **by_twilio(fake) | changes))


async def test_an_active_account_with_its_number_passes(
    fake: FakeProviders, tmp_path: Path
) -> None:
    fake.sms.numbers = {NUMBER}
    found = await at_twilio(fake, tmp_path)

    assert found.ok, found.detail
    assert found.detail == f"The account is active and texts come from {NUMBER}."
    assert fake.sent == []


async def test_an_api_key_may_look_too(fake: FakeProviders, tmp_path: Path) -> None:
    key = {"twilio_api_key": fake.sms.api_key, "twilio_api_secret": SecretStr(fake.sms.api_secret)}

    assert (await at_twilio(fake, tmp_path, twilio_auth_tokens=(), **key)).ok


async def test_an_api_key_that_may_not_read_the_account_is_no_finding(
    fake: FakeProviders, tmp_path: Path
) -> None:
    key = {"twilio_api_key": fake.sms.api_key, "twilio_api_secret": SecretStr(fake.sms.api_secret)}
    account = f"/2010-04-01/Accounts/{fake.sms.sid}.json"
    fake.fault(answers(401), matching=lambda call: call.path == account)

    assert (await at_twilio(fake, tmp_path, twilio_auth_tokens=(), **key)).ok


async def test_a_service_of_the_account_passes(fake: FakeProviders, tmp_path: Path) -> None:
    found = await at_twilio(fake, tmp_path, twilio_messaging_service=SERVICE)

    assert found.ok, found.detail
    assert SERVICE in found.detail


async def test_what_is_wrong_at_twilio_is_said(fake: FakeProviders, tmp_path: Path) -> None:
    wrong = (SecretStr("not the token"),)
    refused = await at_twilio(fake, tmp_path, twilio_auth_tokens=wrong)
    unknown = await at_twilio(fake, tmp_path, twilio_messaging_service="MG1")
    fake.sms.numbers = {"+15005550999"}
    another = await at_twilio(fake, tmp_path)
    fake.sms.status = "suspended"
    suspended = await at_twilio(fake, tmp_path)

    assert "DUNCAN_TWILIO_AUTH_TOKENS" in refused.detail
    assert "not the token" not in refused.detail
    assert unknown.detail == "The account has no service MG1 (DUNCAN_TWILIO_MESSAGING_SERVICE)."
    assert another.detail == f"The account has no number {NUMBER} (DUNCAN_TWILIO_FROM)."
    assert suspended.detail == "The Twilio account is suspended, not active."
    assert not any(one.ok for one in (refused, unknown, another, suspended))


@pytest.mark.parametrize("changes", [{}, {"twilio_messaging_service": SERVICE}])
async def test_texts_of_customers_have_to_come_here(
    fake: FakeProviders, tmp_path: Path, changes: dict[str, str]
) -> None:
    elsewhere = await at_twilio(fake, tmp_path, public_url=PUBLIC, **changes)
    fake.sms.inbound_url = f"{PUBLIC}/webhooks/twilio/sms#rc=2&rp=all"
    here = await at_twilio(fake, tmp_path, public_url=PUBLIC, **changes)

    assert not elsewhere.ok
    assert f"{PUBLIC}/webhooks/twilio/sms#rc=2&rp=all" in elsewhere.detail
    assert here.ok


async def test_a_trial_account_says_whom_it_writes_to(fake: FakeProviders, tmp_path: Path) -> None:
    fake.sms.verified = {"+15005550100"}

    assert "It is a trial account" in (await at_twilio(fake, tmp_path)).detail
