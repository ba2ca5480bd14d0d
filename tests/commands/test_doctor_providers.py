"""Keys, scopes, senders and clocks are tried at the provider; nothing is sent, no key is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from commands.doctor import diagnose
from commands.doctor_clock import clock
from commands.doctor_finding import DoctorContext, Finding
from commands.doctor_mail_server import smtp
from commands.doctor_posts import posts
from commands.doctor_provider import NoAnswer
from commands.doctor_sendgrid import sendgrid
from commands.doctor_twilio import twilio
from fakes.fake_providers import FakeProviders
from fakes.faults import Fault, answers, redirects
from fakes.records import Call
from fakes.serving import running_fake
from tests.activities.smtp_server import Script, mail_server
from tests.commands.installed import (
    DOMAIN,
    INBOUND,
    NOW,
    NUMBER,
    OURS,
    by_sendgrid,
    by_twilio,
    own_policies,
    set_up,
)

PUBLIC = "https://ar.mycompany.net"
SERVICE = f"MG{'a' * 32}"
PASSWORD = "correct horse battery"  # noqa: S105 - of no server


@pytest.fixture
def fake() -> Iterator[FakeProviders]:
    with running_fake() as found:
        yield found


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    return own_policies(tmp_path / "policies")


def looking(home: Path, **changes: object) -> DoctorContext:
    return DoctorContext(set_up(home, **changes), NOW, patience=timedelta(0))


def anything(_: Call) -> bool:
    return True


async def at_sendgrid(fake: FakeProviders, policies: Path, **changes: object) -> Finding:
    known = by_sendgrid(fake) | {"policies": policies} | changes
    return await sendgrid(looking(policies, **known))


async def at_twilio(fake: FakeProviders, home: Path, **changes: object) -> Finding:
    return await twilio(looking(home, **by_twilio(fake) | changes))


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


async def test_a_mail_server_that_takes_our_login_passes_and_gets_no_mail(tmp_path: Path) -> None:
    script = Script()
    with mail_server(script) as port:
        found = await smtp(at_server(tmp_path, port))

    assert found.ok
    assert "takes our login; nothing was sent" in found.detail
    assert (script.connections, script.mails, script.recipients) == (1, [], [])


async def test_a_refused_login_is_said_and_not_shown(tmp_path: Path) -> None:
    with mail_server(Script(login="535 wrong")) as port:
        found = await smtp(at_server(tmp_path, port))

    assert not found.ok
    assert "refuses our login (535)" in found.detail
    assert PASSWORD not in found.detail


async def test_a_password_is_not_sent_in_the_clear(tmp_path: Path) -> None:
    known = at_server(tmp_path, 25)
    found = await smtp(replace(known, settings=known.settings.model_copy(update=AFAR)))

    assert not found.ok
    assert "DUNCAN_SMTP_STARTTLS" in found.detail


AFAR = {"smtp_host": "mail.mycompany.net"}


def at_server(home: Path, port: int) -> DoctorContext:
    login = {"smtp_user": "duncan", "smtp_password": SecretStr(PASSWORD), "smtp_starttls": False}
    return looking(home, email_provider="smtp", smtp_host="127.0.0.1", smtp_port=port, **login)


@pytest.mark.parametrize(
    ("seconds", "ok", "told"),
    [(-30, False, "behind"), (-3, True, ""), (4, True, ""), (30, False, "ahead of")],
)
async def test_a_clock_may_differ_by_five_seconds(
    fake: FakeProviders, tmp_path: Path, seconds: int, told: str, *, ok: bool
) -> None:
    ctx = looking(tmp_path, **by_sendgrid(fake) | by_twilio(fake))
    off = timedelta(seconds=seconds)
    found = await clock(replace(ctx, clock_now=lambda: datetime.now(UTC) + off))

    assert found.ok is ok
    assert told in found.detail
    assert all("authorization" not in call.headers for call in fake.calls)


async def test_without_a_provider_no_network_is_asked(tmp_path: Path) -> None:
    ctx = looking(tmp_path)
    found = [await check(ctx) for check in (sendgrid, twilio, smtp, clock, posts)]

    assert all(one.ok for one in found)


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

    assert f"add an Event Webhook to {PUBLIC}/webhooks/sendgrid/events" in nothing
    assert f"add Inbound Parse to {PUBLIC}/webhooks/sendgrid/mail" in nothing
    assert "by another key" in wrong
    assert "leaves out processed, delivered" in wrong
    assert "does not post mail" in wrong
    assert right.ok, right.detail


async def test_settings_that_the_key_may_not_read_are_left_alone(
    fake: FakeProviders, tmp_path: Path
) -> None:
    fake.fault(answers(403), times=None, matching=anything)

    assert (await posts(looking(tmp_path, **by_sendgrid(fake), public_url=PUBLIC))).ok
