"""Serving doubles of SendGrid and Twilio, to try everything out without an account."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Event
from typing import Annotated

import typer

from commands import printing
from dunning.may import NotAllowed

app = typer.Typer()


@app.command("fake-providers")
def fake_providers(
    port: Annotated[int, typer.Option(help="Port of the doubles.")] = 4030,
    public_url: Annotated[
        str, typer.Option(help="Where the console is; its webhooks hear what became of messages.")
    ] = "http://127.0.0.1:8080",
) -> None:
    """Play SendGrid and Twilio on this machine until Ctrl-C; nobody is written to."""
    # Only this command needs the doubles and their web server; every other one starts sooner.
    from commands.doctor.webhooks import EVENTS  # noqa: PLC0415
    from commands.sending.fake_accounts import accounts_at, environment_of  # noqa: PLC0415
    from fakes.courier import telling  # noqa: PLC0415
    from fakes.serving import running_fake  # noqa: PLC0415

    here = public_url.rstrip("/")
    with ExitStack() as stack:
        try:
            fake = stack.enter_context(running_fake(accounts_at(here), port=port))
        except OSError as error:
            why = error.strerror or error
            raise NotAllowed(f"The doubles cannot listen on port {port}: {why}.") from None
        stopped = stack.enter_context(_stopped())
        printing.say("Copy this into .env, then start duncan up:\n")
        for line in environment_of(fake, here):
            printing.say(line)
        printing.say(f"\nWhat was sent   {fake.url}/_ctl/sent")
        printing.say("Test mode counts here too: only DUNCAN_LIVE_RECIPIENTS get anything.")
        printing.say("Ctrl-C stops the doubles.")
        stack.enter_context(telling(fake, f"{here}{EVENTS}"))
        # A short wait lets the signal in on every system.
        while not stopped.wait(1):
            continue
    printing.say("Stopped.")


@contextmanager
def _stopped() -> Iterator[Event]:
    """Set by Ctrl-C, or when the process is told to end."""
    stopped = Event()
    before = {
        number: signal.signal(number, lambda *_: stopped.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
