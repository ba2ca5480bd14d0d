"""The mail server and the clock are tried; nothing is sent, no password is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from commands.doctor.clock import clock
from commands.doctor.finding import DoctorContext
from commands.doctor.mail_server import smtp
from commands.doctor.posts import posts
from commands.doctor.sendgrid import sendgrid
from commands.doctor.twilio import twilio
from fakes.fake_providers import FakeProviders
from fakes.serving import running_fake
from tests.activities.smtp_server import Script, mail_server
from tests.commands.installed import (
    by_sendgrid,
    by_twilio,
    looking,
)

PASSWORD = "correct horse battery"  # noqa: S105 - of no server


@pytest.fixture
def fake() -> Iterator[FakeProviders]:
    with running_fake() as found:
        yield found


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
