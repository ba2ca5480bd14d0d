"""SendGrid: key, scopes, addresses and settings are tried; nothing is sent, no key is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from commands.doctor.examination import diagnose
from commands.doctor.finding import Finding
from commands.doctor.posts import posts
from commands.doctor.provider import NoAnswer
from commands.doctor.sendgrid import sendgrid
from fakes.fake_providers import FakeProviders
from fakes.faults import Fault, answers, redirects
from fakes.records import Call
from fakes.serving import running_fake
from tests.commands.installed import (
    DOMAIN,
    INBOUND,
    OURS,
    by_sendgrid,
    looking,
    own_policies,
)

PUBLIC = "https://ar.mycompany.net"


@pytest.fixture
def fake() -> Iterator[FakeProviders]:
    with running_fake() as found:
        yield found


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    return own_policies(tmp_path / "policies")


def anything(_: Call) -> bool:
    return True


async def at_sendgrid(fake: FakeProviders, policies: Path, **changes: object) -> Finding:
    known = by_sendgrid(fake) | {"policies": policies} | changes
    return await sendgrid(looking(policies, **known))


async def test_a_good_key_and_address_pass_and_nothing_is_sent(
    fake: FakeProviders, policies: Path
) -> None:
    found = await at_sendgrid(fake, policies)

    assert found.ok
    assert OURS in found.detail
    assert fake.sent == []
    assert [(call.method, call.path, call.status) for call in fake.calls] == [
        ("GET", "/v3/scopes", 200),
        ("POST", "/v3/mail/send", 200),
    ]


async def test_the_invented_address_is_not_tried(fake: FakeProviders, tmp_path: Path) -> None:
    found = await sendgrid(looking(tmp_path, **by_sendgrid(fake)))

    assert found.ok
    assert "no address of yours to try yet" in found.detail
    assert [call.path for call in fake.calls] == ["/v3/scopes"]


async def test_a_wrong_key_is_said_and_not_shown(fake: FakeProviders, policies: Path) -> None:
    found = await at_sendgrid(fake, policies, sendgrid_api_key=SecretStr("SG.wrong-one"))

    assert not found.ok
    assert "DUNCAN_SENDGRID_API_KEY" in found.detail
    assert "wrong-one" not in found.detail


async def test_a_key_without_the_scope_to_send_is_said(fake: FakeProviders, policies: Path) -> None:
    fake.email.scopes = ("user.webhooks.event.settings.read",)

    assert (
        await at_sendgrid(fake, policies)
    ).detail == "The key lacks the scope mail.send: add it."


async def test_looking_mails_up_needs_a_scope_too(fake: FakeProviders, policies: Path) -> None:
    fake.email.scopes = ("mail.send",)
    found = await at_sendgrid(fake, policies, sendgrid_email_activity=True)

    assert found.detail == "The key lacks the scope messages.read: add it."


async def test_an_address_that_is_not_verified_is_said(fake: FakeProviders, policies: Path) -> None:
    fake.email.sender_domains = {"another.net"}
    found = await at_sendgrid(fake, policies)

    assert not found.ok
    assert f"refuses mail from {OURS} (403; The sender is not a verified identity)" in found.detail
    assert "Authenticate its domain" in found.detail


async def test_a_sandbox_that_sends_is_said(fake: FakeProviders, policies: Path) -> None:
    fake.fault(answers(202), channel="email")
    found = await at_sendgrid(fake, policies)

    assert not found.ok
    assert "The sandbox was passed over" in found.detail


@pytest.mark.parametrize(("fault", "told"), [(redirects(), "302"), (answers(404), "404")])
async def test_another_host_is_no_sendgrid(
    fake: FakeProviders, policies: Path, fault: Fault, told: str
) -> None:
    fake.fault(fault, matching=anything)
    found = await at_sendgrid(fake, policies)

    assert not found.ok
    assert told in found.detail
    assert "DUNCAN_SENDGRID_HOST" in found.detail
    assert len(fake.calls) == 1


async def test_nobody_listening_is_one_sentence(policies: Path) -> None:
    with running_fake() as gone:
        known = by_sendgrid(gone) | {"policies": policies}
    ctx = looking(policies, **known)
    with pytest.raises(NoAnswer, match="SendGrid cannot be reached: Connection refused"):
        await sendgrid(ctx)
    rows = {row["id"]: row for row in (await diagnose(ctx, repair=False))["checks"]}

    assert rows["sendgrid"]["detail"] == (
        "This could not be checked: SendGrid cannot be reached: Connection refused."
    )


async def test_what_sendgrid_posts_is_compared(fake: FakeProviders, tmp_path: Path) -> None:
    known = by_sendgrid(fake) | {"public_url": PUBLIC}
    known |= {"sendgrid_webhook_keys": (fake.event_public_key,)}
    known |= {"sendgrid_inbound_keys": (fake.inbound_public_key,), "inbound_domain": INBOUND}
    ctx = looking(tmp_path, **known)
    nothing = (await posts(ctx)).detail
    hook = {"url": f"{PUBLIC}/webhooks/sendgrid/events", "enabled": True, "public_key": "another"}
    fake.email.event_webhooks.append(hook)
    fake.email.parse_settings.append({"hostname": INBOUND, "url": f"https://{DOMAIN}/parse"})
    wrong = (await posts(ctx)).detail
    wanted = "processed delivered deferred bounce dropped spam_report".split()
    hook |= {"public_key": fake.event_public_key, **dict.fromkeys(wanted, True)}
    there = {"url": f"{PUBLIC}/webhooks/sendgrid/mail", "send_raw": True}
    fake.email.parse_settings[0].update(there)
    right = await posts(ctx)
    hook["enabled"] = False
    off = (await posts(ctx)).detail

    assert f"add an Event Webhook to {PUBLIC}/webhooks/sendgrid/events" in nothing
    assert f"add Inbound Parse to {PUBLIC}/webhooks/sendgrid/mail" in nothing
    assert "by another key" in wrong
    assert "leaves out processed, delivered" in wrong
    assert "does not post mail" in wrong
    assert right.ok, right.detail
    assert "SendGrid posts no events here" in off


async def test_settings_that_the_key_may_not_read_are_left_alone(
    fake: FakeProviders, tmp_path: Path
) -> None:
    fake.fault(answers(403), times=None, matching=anything)

    assert (await posts(looking(tmp_path, **by_sendgrid(fake), public_url=PUBLIC))).ok
