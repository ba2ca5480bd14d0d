"""Commands that read files: import and rehearse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.progress import Progress

from commands import printing
from commands.cases.answers import Json, installation_of, optional_day
from commands.imports.imports import KINDS, import_file, matched_again, refused_report
from commands.installation import Installation, run
from commands.rehearsal.playing import Played, Stage, fresh_home, rehearse
from commands.rehearsal.report import rehearsal_report
from commands.rehearsal.script import Files, Script, read_script
from commands.rehearsal.summary import print_summary
from dunning.experiment_facts import ExperimentFact
from dunning.may import NotAllowed
from intake.mapping import Mapping, load_mapping
from intake.rows import UnreadableFile
from ledger.experiments import experiment_histories

app = typer.Typer()

MapName = Annotated[
    str, typer.Option("--mapping", help="Column map: a shipped one's name or a TOML file.")
]


@app.command("import")
def import_command(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help=", ".join(KINDS))],
    files: Annotated[list[Path], typer.Argument(help="CSV, XLSX; payments also bank statements.")],
    mapping: MapName = "",
    by: Annotated[str, typer.Option(help="Who imports.")] = "import",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check only.")] = False,
    json: Json = None,
) -> None:
    """Take in customers, invoices or payments; the same file again changes nothing."""
    if kind not in KINDS:
        raise NotAllowed(f"{kind!r} cannot be imported; use one of {', '.join(KINDS)}.")
    installation = installation_of(context)
    if by != "import":
        installation.demand(by, "import_files", "import", kind)
    reports = [
        _import(installation, kind, file, map_of(mapping), by, dry_run=dry_run, alone=not files[1:])
        for file in files
    ]
    again = 0 if dry_run else matched_again(installation, kind, by)
    left = "" if dry_run else installation.tell_engine()
    answered = reports[0] if len(reports) == 1 else {"files": reports}
    if not printing.answer(answered, json):
        for report in reports:
            _print_import(report)
        if again:
            printing.say(f"Payments that had waited and are applied now: {again}.")
    if left:
        printing.complain(left)
    if any(report["rejected"] or report.get("refused") for report in reports):
        raise typer.Exit(1)


@app.command("rehearse")
def rehearse_command(
    context: typer.Context,
    invoices: Annotated[Path, typer.Argument(help="The ledger's invoices, CSV or XLSX.")],
    payments: Annotated[Path | None, typer.Option(help="Payments file.")] = None,
    customers: Annotated[Path | None, typer.Option(help="Customers file.")] = None,
    events: Annotated[Path | None, typer.Option(help="What associates recorded.")] = None,
    replies: Annotated[Path | None, typer.Option(help="What customers wrote.")] = None,
    policy: Annotated[str, typer.Option(help="One policy for everybody.")] = "",
    first: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last day, YYYY-MM-DD.")] = "",
    mapping: MapName = "",
    json: Json = None,
) -> None:
    """Play a period fast through the real workflows; the live books are not touched."""
    files = Files(invoices, payments, customers, events, replies, map_of(mapping))
    script = read_script(files, optional_day(first), optional_day(last))
    installation = installation_of(context)
    if policy:
        installation.known_policy(policy)
    with TemporaryDirectory(prefix="rehearsal-") as folder:
        running = running_experiments(installation)
        stage = Stage(fresh_home(installation.settings, Path(folder)), policy, experiments=running)
        played = play(stage, script)
        report = rehearsal_report(script, played)
    if not printing.answer(report, json):
        print_summary(report)


def running_experiments(installation: Installation) -> tuple[ExperimentFact, ...]:
    """The facts of the installation's experiments; none where there are no books yet."""
    settings = installation.settings
    if not settings.database_url and not (settings.home / "books.db").exists():
        return ()
    with installation.wiring.ledger.reading() as books:
        return tuple(fact for one in experiment_histories(books).values() for fact in one)


def play(stage: Stage, script: Script) -> Played:
    """Play a script with a progress bar."""
    days = (script.last - script.first).days + 1
    with printing.progress("rehearsing", days) as bar:
        return run(rehearse(script, stage, _days_of(bar, script.first)))


def map_of(name: str) -> Mapping | None:
    """The named column map; None lets the file's own headers choose."""
    return load_mapping(name) if name else None


def _days_of(bar: Progress, first: date) -> Callable[[date], None]:
    return lambda day: bar.update(bar.task_ids[0], completed=(day - first).days + 1)


def _import(
    installation: Installation,
    kind: str,
    file: Path,
    mapping: Mapping | None,
    by: str,
    *,
    dry_run: bool,
    alone: bool,
) -> dict[str, Any]:
    """Import one file; of several, one that cannot be read does not keep the others out."""
    try:
        return import_file(installation, kind, file, mapping, by, dry_run=dry_run)
    except UnreadableFile as refused:
        if alone:
            raise
        return refused_report(kind, file, str(refused))


def _print_import(report: dict[str, Any]) -> None:
    if report.get("refused"):
        printing.complain(f"{report['file']}: {report['refused']}")
        return
    totals = ", ".join(f"{total} {currency}" for currency, total in report["totals"].items())
    printing.say(
        f"{report['file']}: {report['rows']} rows, {report['accepted']} accepted,"
        f" {report['updated']} updated, {report['unchanged']} unchanged,"
        f" {len(report['rejected'])} rejected." + (f" Total {totals}." if totals else "")
    )
    proven = [one for one in report.get("statements", []) if one["ties"] and one["entries"]]
    for one in proven[:20]:
        moved = f"{one['opening']} + {one['credits']} - {one['debits'].lstrip('-')}"
        stated = f"{one['closing']} {one['currency']}, as stated"
        printing.say(f"  Account {one['account']}: {moved} = {stated}.")
    for warning in report["warnings"][:20]:
        printing.say(f"  Note: {warning}")
    rows = [(r["row"], r["column"], r["code"], r["reason"]) for r in report["rejected"][:20]]
    if rows:
        printing.table("Rejected", (">row", "column", "code", "reason"), rows)
    if len(report["rejected"]) > len(rows):
        printing.say(f"  … and {len(report['rejected']) - len(rows)} more; --json lists all.")
