"""The command line: starts and serves an installation, and hands every command to its room."""

from __future__ import annotations

import logging
import shutil
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import structlog
import typer
from typer.exceptions import Abort, TyperException

from commands import printing
from commands.command_line import Commands, add_commands

# What a command needs is loaded with it: help and mistakes are answered without the rooms.
if TYPE_CHECKING:
    from commands.installation import Installation
    from settings import Settings

app = typer.Typer(
    cls=Commands,
    help="Duncan follows every invoice from the day it is issued until it is settled.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
REFUSED, WRONG_USAGE = 1, 2


@app.callback()
def settings_of(context: typer.Context) -> None:
    """Read the settings once for every command."""
    from commands.installation import Installation
    from engine import keep_engine_quiet
    from settings import read_settings

    keep_engine_quiet()
    context.obj = Installation(read_settings())


@app.command()
def up(
    context: typer.Context,
    console_port: Annotated[int, typer.Option(help="Port of the console.")] = 8080,
) -> None:
    """Serve on one machine: embedded Temporal, worker and console, until Ctrl-C."""
    from commands.installation import run
    from serving import Place, serve_all

    run(serve_all(context.obj, Place(console_port)))


@app.command()
def worker(context: typer.Context) -> None:
    """Work beside other processes: follow cases, send, take in what comes, until Ctrl-C."""
    from commands.installation import run
    from serving import serve_worker

    run(serve_worker(context.obj))


@app.command()
def console(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8080,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Serve the desk and the webhooks beside other processes, until Ctrl-C."""
    from commands.installation import run
    from serving import Place, serve_desk

    run(serve_desk(context.obj, Place(port, host)))


@app.command()
def demo(
    context: typer.Context,
    serve_after: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve the desk afterwards.")
    ] = True,
    console_port: Annotated[int, typer.Option(help="Port of the console.")] = 8080,
) -> None:
    """Rehearse a sample ledger over ninety days, print what happened, then go on live."""
    from commands.installation import run
    from commands.people.demo_team import add_demo_team
    from serving import Place, serve_all
    from worker import utc_now

    home = context.obj.settings.home / "demo"
    shutil.rmtree(home, ignore_errors=True)
    installation = _rehearsed(context.obj.settings, home)
    if serve_after:
        person = add_demo_team(installation.wiring.ledger, utc_now())
        origin = "history from a rehearsal"
        run(serve_all(installation, Place(console_port), origin=origin, demo=person))
    else:
        command = f"DUNCAN_HOME={home} .venv/bin/duncan"
        printing.say(f"Look around:  {command} tasks   or   {command} show INV-10072")
        printing.say(f"Go on live:   {command} up")


add_commands(app)


def _rehearsed(settings: Settings, home: Path) -> Installation:
    """A sample ledger of ninety days, played, with audits of its months."""
    from commands.imports.commands import play
    from commands.installation import Installation
    from commands.rehearsal.playing import Stage, fresh_home
    from commands.rehearsal.report import rehearsal_report
    from commands.rehearsal.script import Files, read_script
    from commands.rehearsal.summary import print_summary
    from commands.sample.audits import keep_audits
    from commands.sample.ledger import write_sample_ledger
    from worker import utc_now

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
    played = play(stage, script)
    print_summary(rehearsal_report(script, played))
    kept = keep_audits(installation.wiring, sample.first_day, utc_now())
    printing.say(f"{kept} audits of its months are kept; the last one found something to explain.")
    return installation


def main() -> None:
    """Run a command: 0 done, 1 refused or found something, 2 wrong usage."""
    _keep_quiet()
    code = REFUSED
    try:
        code = app(args=_with_json_target(sys.argv[1:]), standalone_mode=False) or 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else REFUSED
    except TyperException as wrong:
        _complain_of_usage(wrong)
        code = WRONG_USAGE
    except Abort:
        printing.complain("Stopped.")
    except _refusals() as refusal:
        printing.complain(_worded(refusal))
    printing.leave(code)


def _refusals() -> tuple[type[Exception], ...]:
    """What is answered with a sentence; asked for only when something was raised."""
    from sqlalchemy.exc import OperationalError

    from activities.converter import PayloadLocked
    from dunning.may import NotAllowed
    from dunning.policy_problems import InvalidPolicy
    from engine import EngineAway
    from intake.rows import UnreadableFile
    from settings import InvalidSettings

    said = (NotAllowed, UnreadableFile, EngineAway, InvalidPolicy, InvalidSettings, PayloadLocked)
    return (*said, OperationalError)


def _worded(refusal: Exception) -> str:
    """The books' own errors name the reason in their first line."""
    origin = getattr(refusal, "orig", None)
    if origin is None:
        return str(refusal)
    return f"The books cannot be reached: {str(origin).splitlines()[0].rstrip('.')}."


def _complain_of_usage(wrong: TyperException) -> None:
    """One sentence, and where to read on; nothing when the help itself was the answer."""
    sentence = wrong.format_message()
    place = getattr(wrong, "ctx", None)
    if sentence:
        read_on = f" See {place.command_path} --help." if place else ""
        printing.complain(f"{sentence.rstrip('.')}.{read_on}".replace("?.", "?"))


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
