"""`duncan policy`: versions of the policies and letters, from the draft to the way back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from activities.policy_content import read_files, source_folders
from commands import printing
from commands.cases.answers import By, Json, installation_of, optional_day
from commands.policies.actions import FIRST_WAVE, SIMULATED_DAYS, PolicyActions
from commands.policies.diff import differences, line_by_line
from commands.policies.law_command import laws_command
from commands.policies.rows import simulated_row, version_row
from commands.simulation.outcome import Outcome
from commands.simulation.shares import simulated_with
from commands.simulation.simulation import Question
from dunning.may import NotAllowed
from dunning.policy_versions import NOTICE, PolicyVersion
from worker import utc_now

group = typer.Typer(
    help="Versions of policies and letters: drafted by one, approved by another, from a day on.",
    no_args_is_help=True,
)
Version = Annotated[int, typer.Argument(help="Number of the version, as `list` shows it.")]
Reason = Annotated[str, typer.Option(help="Why.")]


group.command("laws")(laws_command)


@group.command("list")
def list_command(context: typer.Context, json: Json = None) -> None:
    """Every version: who drafted and approved it, and since when it is in force."""
    actions, now = _actions(context, ""), utc_now()
    current = actions.versions.in_force(now).version
    rows = [version_row(one, now, current) for one in actions.versions.all()]
    if printing.answer({"in_force": current, "versions": rows}, json):
        return
    columns = (">version", "state", "drafted by", "approved by", "in force from (UTC)", "note")
    names = ("version", "state", "drafted_by", "approved_by", "effective_at", "note")
    printing.table("Versions", columns, [_cells(row, names) for row in rows])


@group.command("show")
def show_command(context: typer.Context, version: Version, json: Json = None) -> None:
    """One version: its facts, its simulation and its files."""
    actions, now = _actions(context, ""), utc_now()
    found = actions.versions.known(version)
    row = version_row(found, now, actions.versions.in_force(now).version)
    files = actions.versions.listed(version)
    if printing.answer(row | {"files": files}, json):
        return
    printing.say(f"Version {version}: {row['state'].replace('_', ' ')}. {found.note}")
    printing.say(f"  drafted by {found.author} on {found.made_at:%Y-%m-%d %H:%M} UTC")
    if found.approved_at:
        when = f"{found.approved_at:%Y-%m-%d %H:%M} UTC"
        printing.say(f"  approved by {found.approved_by} on {when}")
    if row["effective_at"]:
        printing.say(f"  in force from {row['effective_at']}")
    if found.simulated:
        printing.say(f"  {_simulated_line(row['simulated'])}")
    printing.say(f"  {len(files)} files, SHA-256 of their list {found.content}")


@group.command("diff")
def diff_command(
    context: typer.Context,
    old: Version,
    new: Annotated[int, typer.Argument(help="The other version.")],
    lines: Annotated[bool, typer.Option(help="Show the changed lines as well.")] = True,
    json: Json = None,
) -> None:
    """What changes from one version to another: in words, then line by line."""
    versions = _actions(context, "").versions
    files = versions.files(old), versions.files(new)
    told = differences(versions.load(old).policies, versions.load(new).policies, files)
    unified = line_by_line(*files)
    if printing.answer({"from": old, "to": new, "changes": told, "lines": unified}, json):
        return
    printing.say("\n".join(told) or f"Nothing changes from version {old} to version {new}.")
    if lines and unified:
        printing.say(f"\n{unified}")


@group.command("draft")
def draft_command(
    context: typer.Context,
    by: By,
    note: Annotated[str, typer.Option(help="What changes, and why.")],
    folder: Annotated[
        Path | None, typer.Option("--from", help="Folder with the changed files.")
    ] = None,
    json: Json = None,
) -> None:
    """A new version from files: those of a folder, else those the settings name."""
    settings = installation_of(context).settings
    policies, letters = settings.policies, settings.letters
    if folder:
        policies, letters = source_folders(folder, policies, letters)
    made = _actions(context, by).draft(read_files(policies, letters), note)
    _told(context, made, json, f"It is not in force. Next: duncan policy simulate {made.version}")


@group.command("simulate")
def simulate_command(
    context: typer.Context,
    version: Version,
    by: By,
    days: Annotated[int, typer.Option(help="How many days.")] = SIMULATED_DAYS,
    json: Json = None,
) -> None:
    """Play the version against the ledger as it is, compared with the version in force."""
    with printing.progress("simulating", None) as bar:

        def progress(done: int, total: int) -> None:
            bar.update(bar.task_ids[0], completed=done, total=total)

        ours = installation_of(context)
        wiring, settings = ours.wiring, ours.settings

        def play(asked: Question) -> Outcome:
            return simulated_with(wiring, settings, asked, progress, keeps_rows=False)

        found = _actions(context, by).simulate(version, days, progress, play)
    row = simulated_row(found.fact(by, found.as_of))
    if printing.answer(row | {"per_day": dict(found.per_day)}, json):
        return
    printing.say(f"Version {version}: {_simulated_line(row)}.")
    each = [(day, both["policy"], both["against"]) for day, both in found.per_day.items()]
    columns = ("date", f">version {version}", f">version {found.against}")
    printing.table("Messages a day", columns, each)


@group.command("approve")
def approve_command(
    context: typer.Context,
    version: Version,
    by: By,
    note: Annotated[str, typer.Option(help="A note.")] = "",
    json: Json = None,
) -> None:
    """Approve a version that somebody else drafted."""
    _told(context, _actions(context, by).approve(version, note), json, "")


@group.command("activate")
def activate_command(
    context: typer.Context,
    version: Version,
    by: By,
    start: Annotated[str, typer.Option("--from", help="First day; in a minute without it.")] = "",
    first_wave: Annotated[
        int, typer.Option(help="So many customers a business day are newly contacted at most.")
    ] = FIRST_WAVE,
    json: Json = None,
) -> None:
    """Put an approved and simulated version in force; open cases follow it from then on."""
    made = _actions(context, by).activate(version, optional_day(start), first_wave)
    days = len(made.waves)
    spread = f"Customers it newly contacts are spread over {days} business days." if days else ""
    _told(context, made, json, spread)


@group.command("withdraw")
def withdraw_command(
    context: typer.Context, version: Version, by: By, reason: Reason, json: Json = None
) -> None:
    """Take a version back before it is in force."""
    _told(context, _actions(context, by).withdraw(version, reason), json, "")


@group.command("rollback")
def rollback_command(
    context: typer.Context,
    by: By,
    reason: Reason,
    to: Annotated[int, typer.Option(help="The version to go back to; the last one without.")] = 0,
    json: Json = None,
) -> None:
    """The way back: what was in force before is in force again, as a new version."""
    made = _actions(context, by).roll_back(reason, to)
    _told(context, made, json, f"It says what version {made.restores} said.")


@group.command("export")
def export_command(
    context: typer.Context,
    version: Version,
    folder: Annotated[Path, typer.Argument(help="An empty folder, or one that is not there yet.")],
    json: Json = None,
) -> None:
    """Write the files of a version to a folder, to read or to draft the next one from."""
    if folder.exists() and any(folder.iterdir()):
        raise NotAllowed(f"{folder} is not empty.")
    files = _actions(context, "").versions.files(version)
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    row = {"version": version, "folder": str(folder), "files": sorted(files)}
    if not printing.answer(row, json):
        printing.say(f"{len(files)} files of version {version} are in {folder}.")


def _actions(context: typer.Context, by: str) -> PolicyActions:
    wiring = installation_of(context).wiring
    return PolicyActions(wiring.ledger, wiring.planner, by, utc_now())


def _told(context: typer.Context, made: PolicyVersion, json: str | None, more: str) -> None:
    now = utc_now()
    # What was activated just now is in force in a minute: say what will be then.
    current = _actions(context, "").versions.in_force(now).version
    row = version_row(made, now, current)
    if printing.answer(row, json):
        return
    when = f", in force from {row['effective_at']}" if row["state"] == "scheduled" else ""
    printing.say(
        f"Version {made.version} is {row['state'].replace('_', ' ')}{when}. {more}".strip()
    )
    if made.effective_at and now < made.effective_at <= now + NOTICE + timedelta(seconds=1):
        printing.say("Whoever is being written to this minute still follows the version before.")


def _cells(row: dict[str, Any], names: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(row[name] for name in names)


def _simulated_line(row: dict[str, Any]) -> str:
    return (
        f"{row['touches']} messages in {row['days']} days instead of {row['touches_before']};"
        f" {row['newly_contacted']} customers hear earlier or newly;"
        f" {row['levels_skipped']} steps are skipped because a later one is due"
    )
