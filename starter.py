"""The command line: starts and serves an installation, and hands every command to its room."""

from __future__ import annotations

import asyncio
import logging
import shutil
import signal
import sys
import webbrowser
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer
from sqlalchemy.exc import OperationalError
from temporalio.client import Client

from commands import printing
from commands.cases.answers import installation_of
from commands.command_line import add_commands
from commands.doctor import engine as doctor_engine
from commands.doctor.finding import DoctorContext
from commands.imports import commands as file_commands
from commands.installation import Installation, leave, run
from commands.rehearsal.playing import Stage, fresh_home
from commands.rehearsal.report import rehearsal_report
from commands.rehearsal.script import Files, read_script
from commands.rehearsal.summary import print_summary
from commands.sample.ledger import write_sample_ledger
from commands.sending.relay import serve
from dunning.may import NotAllowed
from dunning.policy_problems import InvalidPolicy
from engine import EngineAway, connect, embedded_engine, keep_engine_quiet
from intake.rows import UnreadableFile
from settings import InvalidSettings, Settings, read_settings
from worker import utc_now

app = typer.Typer(
    help="Duncan follows every invoice from the day it is issued until it is settled.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
add_commands(app)

REFUSED, WRONG_USAGE = 1, 2


@app.callback()
def settings_of(context: typer.Context) -> None:
    """Read the settings once for every command."""
    context.obj = Installation(read_settings())


@app.command()
def up(
    context: typer.Context,
    console_port: Annotated[int, typer.Option(help="Port of the console.")] = 8080,
) -> None:
    """Serve on one machine: embedded Temporal, worker and console, until Ctrl-C."""
    installation = installation_of(context)
    if installation.settings.metrics_address:
        keep_engine_quiet(installation.settings.metrics_address)
    run(_serve(installation, console_port))


@app.command()
def demo(
    context: typer.Context,
    serve_after: Annotated[bool, typer.Option("--serve/--no-serve")] = True,
    console_port: Annotated[int, typer.Option(help="Port of the console.")] = 8080,
) -> None:
    """Rehearse a sample ledger over ninety days, print what happened, then go on live."""
    settings = installation_of(context).settings
    home = settings.home / "demo"
    shutil.rmtree(home, ignore_errors=True)
    installation = Installation(fresh_home(settings, home))
    sample = write_sample_ledger(home / "ledger", utc_now().date() - timedelta(days=1))
    printing.say(
        f"A sample ledger of {sample.customers} customers and {sample.invoices} invoices"
        f" is in {home / 'ledger'}."
    )
    files = Files(
        sample.invoices_file, sample.payments_file, sample.customers_file, sample.events_file
    )
    script = read_script(files, sample.first_day, sample.last_day)
    stage = Stage(fresh_home(settings, home), until=utc_now())
    played = file_commands.play(stage, script)
    print_summary(rehearsal_report(script, played))
    if serve_after:
        origin = "history from a rehearsal"
        run(_serve(installation, console_port, origin=origin, open_browser=True))
    else:
        command = f"DUNCAN_HOME={home} .venv/bin/duncan"
        printing.say(f"Look around:  {command} tasks   or   {command} show INV-10072")
        printing.say(f"Go on live:   {command} up")


async def _serve(
    installation: Installation, console_port: int, *, origin: str = "", open_browser: bool = False
) -> None:
    # Only serving needs the web framework; every other command starts sooner without it.
    from console.app import create_app  # noqa: PLC0415
    from console.desk import Parts  # noqa: PLC0415
    from console.serving import HOST, PortTaken, serve_console  # noqa: PLC0415
    from console.webhooks.keys import UnusableKey, WebhookKeys  # noqa: PLC0415

    settings, wiring = installation.settings, installation.wiring
    installation.check_letters()
    try:
        keys = WebhookKeys(**webhook_keys(settings))
    except UnusableKey as unusable:
        raise NotAllowed(str(unusable)) from None
    async with AsyncExitStack() as stack:
        client, engine_ui = await _engine(settings, stack)
        await _follow_open_cases(DoctorContext(settings, utc_now(), client))
        home = str(settings.home.resolve())
        parts = Parts(wiring.ledger, wiring.planner, settings.outbox_folder, home, origin, client)
        desk = create_app(parts, utc_now, engine_ui, webhooks=keys)

        def ready(page: str) -> None:
            printing.say(f"Console   {page}")
            printing.say(f"Temporal  {engine_ui or client.service_client.config.target_host}")
            printing.say(f"Outbox    {settings.outbox_folder.resolve()}")
            printing.say("Ctrl-C stops everything; the books are kept.")
            if open_browser and sys.stdout.isatty():
                webbrowser.open(page)

        try:
            await _until_stopped(
                serve(client, wiring, settings), serve_console(desk, HOST, console_port, ready)
            )
        except PortTaken as taken:
            raise NotAllowed(str(taken)) from None
    printing.say("Stopped.")


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


async def _follow_open_cases(ctx: DoctorContext) -> None:
    """Start the workflows that the books call for; the engine may be new or have lost some."""
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


async def _engine(settings: Settings, stack: AsyncExitStack) -> tuple[Client, str]:
    """The engine named in the settings, else the embedded one with its web page."""
    if settings.temporal_elsewhere:
        return await connect(settings), ""
    client = await stack.enter_async_context(embedded_engine(settings))
    return client, f"http://127.0.0.1:{settings.engine_port + 1000}"


def main() -> None:
    """Run a command: 0 done, 1 refused or found something, 2 wrong usage."""
    _keep_quiet()
    code = 0
    try:
        app(args=_with_json_target(sys.argv[1:]), standalone_mode=True)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else REFUSED
    except (NotAllowed, UnreadableFile, EngineAway, InvalidPolicy, InvalidSettings) as refusal:
        printing.complain(str(refusal))
        code = REFUSED
    except OperationalError as error:
        reason = str(error.orig).splitlines()[0].rstrip(".")
        printing.complain(f"The books cannot be reached: {reason}.")
        code = REFUSED
    leave(code)


def _with_json_target(arguments: list[str]) -> list[str]:
    """`--json` alone means stdout; only a name that ends in .json or .jsonl after it is a file."""
    given: list[str] = []
    for place, word in enumerate(arguments):
        given.append(word)
        follows = arguments[place + 1] if place + 1 < len(arguments) else ""
        names_file = Path(follows).suffix in (".json", ".jsonl")
        if word == "--json" and follows != printing.STDOUT and not names_file:
            given.append(printing.STDOUT)
    return given


def _keep_quiet() -> None:
    """Only what is wrong is logged, to stderr, so that answers stay clean."""
    keep_engine_quiet()
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        # The pretty traceback would show local variables: names, addresses, what customers wrote.
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


if __name__ == "__main__":
    main()
