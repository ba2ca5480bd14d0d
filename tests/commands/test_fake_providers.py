"""Doubles of the providers are one command away, with settings that can be copied."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from httpx import AsyncClient

from activities.gateways.chosen import problems
from commands.doctor.finding import DoctorContext
from commands.doctor.posts import posts
from commands.doctor.sendgrid import sendgrid
from commands.doctor.twilio import twilio
from commands.sending.fake_accounts import accounts_at
from settings import ROOT, Settings
from tests.commands.installed import NOW

PUBLIC = "http://127.0.0.1:8099"


@contextmanager
def started(*options: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "starter.py", "fake-providers", *options]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def said(process: subprocess.Popen[str]) -> list[str]:
    """What it prints until it serves."""
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or "Ctrl-C" not in lines[-1]:
        lines.append(process.stdout.readline().rstrip("\n"))
        assert lines[-1] or len(lines) < 50, "it ended"
    return lines


async def test_the_printed_settings_work_as_they_are(tmp_path: Path) -> None:
    with started("--port", "0", "--public-url", PUBLIC) as process:
        lines = said(process)
        copied = [line for line in lines if line.startswith("DUNCAN_")]
        env = tmp_path / ".env"
        env.write_text("\n".join(copied), "utf-8")
        settings = Settings(_env_file=env, home=tmp_path)  # type: ignore[call-arg]  # Pydantic's own.
        ctx = DoctorContext(settings, NOW)
        found = [await check(ctx) for check in (sendgrid, twilio, posts)]
        shown = next(line for line in lines if line.startswith("What was sent")).split()[-1]
        async with AsyncClient() as browser:
            sent = (await browser.get(shown)).json()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)

    assert list(problems(settings)) == []
    assert not settings.live
    assert [one.detail for one in found if not one.ok] == []
    assert settings.public_url == PUBLIC
    assert sent == []
    assert (process.returncode, out, err) == (0, "Stopped.\n", "")


def test_a_taken_port_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with started("--port", port) as process:
            _, err = process.communicate(timeout=60)

    assert process.returncode == 1
    assert err == f"The doubles cannot listen on port {port}: Address already in use.\n"


def test_the_keys_are_the_same_every_time() -> None:
    one, another = accounts_at(PUBLIC), accounts_at(PUBLIC)

    assert (one.email.key, one.sms.token) == (another.email.key, another.sms.token)
    assert one.event_key.public == another.event_key.public
