"""Serving: engine, worker and desk in one process for one machine, or each in its own for many."""

from __future__ import annotations

import asyncio
import signal
import sys
import webbrowser
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from temporalio.client import Client

from commands import printing
from commands.doctor import engine as doctor_engine
from commands.doctor.finding import DoctorContext
from commands.doctor.restored import restored
from commands.installation import Installation
from commands.observing.traces import traced
from commands.people.actions import first_link
from commands.people.commands import link_address
from commands.restoring.memory import refuse_others
from commands.sending.working import serve
from dunning.may import NotAllowed
from engine import connect, embedded_engine, keep_engine_quiet
from settings import Settings
from worker import utc_now

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Place:
    """Where the desk listens."""

    port: int
    host: str = LOOPBACK


async def serve_all(
    installation: Installation, place: Place, *, origin: str = "", demo: str = ""
) -> None:
    """Serve on one machine until Ctrl-C: the engine unless one is named, worker and desk.

    `origin` says where the books' history comes from; `demo` names who is signed in from the
    start. Raises NotAllowed when the desk cannot listen, EngineAway without an engine.
    """
    settings, wiring = installation.settings, installation.wiring
    installation.check_letters()
    async with AsyncExitStack() as stack:
        stack.enter_context(traced(settings, "up"))
        client, engine_ui = await _engine(settings, stack)
        await _follow_open_cases(DoctorContext(settings, utc_now(), client))
        desk = _Desk(installation, client, engine_ui, origin, demo)
        await _until_stopped(serve(client, wiring, settings), desk.serve(place))
    printing.say("Stopped.")


async def serve_worker(installation: Installation) -> None:
    """Work until stopped, beside any number of others: follow, send, take in what comes.

    What is being handed over is confirmed before the process ends. Raises NotAllowed without a
    Temporal server to share, EngineAway when that does not answer.
    """
    settings, wiring = installation.settings, installation.wiring
    if not settings.temporal_elsewhere:
        raise NotAllowed(
            "A worker alone needs a Temporal server that others reach too (docs/temporal.md);"
            " duncan up runs one for this machine."
        )
    installation.check_letters()
    keep_engine_quiet(settings.metrics_address)
    with traced(settings, "worker"):
        client = await connect(settings)
        await _follow_open_cases(DoctorContext(settings, utc_now(), client))
        printing.say(f"Works for {client.namespace} at {_address(client)}. Ctrl-C stops.")
        await _until_stopped(serve(client, wiring, settings))
    printing.say("Stopped.")


async def serve_desk(installation: Installation, place: Place) -> None:
    """Serve the desk and the webhooks until stopped, beside any number of others.

    People work and providers post while Temporal is away: what they record waits in the books.
    """
    with traced(installation.settings, "desk"):
        client = await connect(installation.settings, lazy=True)
        await _until_stopped(_Desk(installation, client, "", "", "").serve(place))
    printing.say("Stopped.")


@dataclass(frozen=True)
class _Desk:
    """The desk of an installation, and what is said when it is open."""

    installation: Installation
    client: Client
    engine_ui: str
    origin: str
    demo: str

    async def serve(self, place: Place) -> None:
        # Only serving needs the web framework; every other command starts sooner without it.
        from console.app import LOCAL_HOSTS, create_app  # noqa: PLC0415
        from console.desk import Parts  # noqa: PLC0415
        from console.serving import PortTaken, serve_console  # noqa: PLC0415
        from console.webhooks.keys import UnusableKey, WebhookKeys  # noqa: PLC0415

        settings, wiring = self.installation.settings, self.installation.wiring
        home = str(settings.home.resolve())
        outbox = settings.outbox_folder
        engine = self.client
        parts = Parts(wiring.ledger, wiring.planner, outbox, home, self.origin, engine, settings)
        public = urlsplit(settings.public_url).hostname
        hosts = (*LOCAL_HOSTS, *([public] if public else []))
        try:
            keys = WebhookKeys(**webhook_keys(settings))
            app = create_app(parts, utc_now, self.engine_ui, hosts, keys, self.demo)
            await serve_console(app, place.host, place.port, self._say_ready, settings.proxies)
        except (PortTaken, UnusableKey) as refused:
            raise NotAllowed(str(refused)) from None

    def _say_ready(self, page: str) -> None:
        ledger, settings = self.installation.wiring.ledger, self.installation.settings
        printing.say(f"Console   {page}")
        link = "" if self.demo else first_link(ledger, utc_now())
        if link:
            address = link_address(self.installation, link, page)
            printing.say(f"Nobody manages people yet. The first administrator, once: {address}")
        printing.say(f"Temporal  {self.engine_ui or _address(self.client)}")
        printing.say(f"Outbox    {settings.outbox_folder.resolve()}")
        printing.say("Ctrl-C stops everything; the books are kept.")
        if self.demo and sys.stdout.isatty():
            webbrowser.open(page)


def webhook_keys(settings: Settings) -> dict[str, Any]:
    """The keys that providers' posts are verified with, as the settings name them."""
    return {
        "sendgrid_events": settings.sendgrid_webhook_keys,
        "sendgrid_inbound": settings.sendgrid_inbound_keys,
        "twilio_tokens": tuple(one.get_secret_value() for one in settings.twilio_auth_tokens),
        "twilio_shared_keys": tuple(one.get_secret_value() for one in settings.twilio_shared_keys),
        "public_url": settings.public_url,
        "inbound_secret": settings.inbound_secret.get_secret_value(),
        "changing": settings.webhooks_changing,
    }


async def _engine(settings: Settings, stack: AsyncExitStack) -> tuple[Client, str]:
    """The engine named in the settings, else the embedded one with its web page."""
    if settings.metrics_address:
        keep_engine_quiet(settings.metrics_address)
    if settings.temporal_elsewhere:
        return await connect(settings), ""
    client = await stack.enter_async_context(embedded_engine(settings))
    return client, f"http://{LOOPBACK}:{settings.engine_port + 1000}"


async def _follow_open_cases(ctx: DoctorContext) -> None:
    """Start the workflows that the books call for; the engine may be new or have lost some.

    Before that, see that the books are not of an earlier hour; if they are, nothing goes out.
    Raises NotAllowed where the engine works for other books.
    """
    assert ctx.client is not None, "connected before"
    await refuse_others(ctx.client, ctx.ledger)
    whole = await restored(ctx)
    if not whole.ok:
        printing.complain(whole.detail)
    found = await doctor_engine.workflows(ctx)
    if found.mend:
        printing.say(found.detail)
        printing.say("Mending that from the books.")
        await found.mend()


async def _until_stopped(*work: Coroutine[Any, Any, None]) -> None:
    """Run until somebody presses Ctrl-C or stops the process, or until a part of it fails."""
    asked = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    stop = asyncio.create_task(asked.wait())
    working = [asyncio.create_task(one) for one in work]
    await asyncio.wait([*working, stop], return_when=asyncio.FIRST_COMPLETED)
    for task in working:
        task.cancel()
    for ended in await asyncio.gather(*working, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended


def _address(client: Client) -> str:
    return client.service_client.config.target_host
