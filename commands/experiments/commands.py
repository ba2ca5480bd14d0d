"""`duncan experiment`: two wordings or days of one step, tried on a stable part of customers."""

from __future__ import annotations

import csv
import sys
from datetime import UTC
from pathlib import Path
from typing import Annotated, Any

import typer

from commands import printing
from commands.cases.answers import By, Json, day, installation_of
from commands.experiments.actions import ExperimentActions, found
from commands.experiments.observing import observe
from commands.experiments.report import experiment_report
from commands.experiments.rows import experiment_row
from commands.experiments.terms_file import read_terms
from commands.installation import Installation
from ledger.experiments import all_experiments
from worker import utc_now

group = typer.Typer(help="Try two wordings or days of one step on a part of the customers.")

Name = Annotated[str, typer.Argument(help="Name of the experiment.")]


@group.command("list")
def list_command(context: typer.Context, json: Json = None) -> None:
    """List every experiment there was."""
    with installation_of(context).wiring.ledger.reading() as books:
        known = [experiment_row(one, utc_now().date()) for one in all_experiments(books)]
    if printing.answer({"experiments": known}, json):
        return
    columns = ("experiment", "state", "policy", "step", "starts", "ends")
    rows = [(*(one[name] for name in columns), _arms(one)) for one in known]
    printing.table("Experiments", (*columns, "arms"), rows)


@group.command("start")
def start_command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The experiment, as TOML.")],
    by: By,
    json: Json = None,
) -> None:
    """Start an experiment; it is refused when an arm would break the policy's own rules."""
    terms = read_terms(file, by, utc_now())
    started = experiment_row(_actions(context, by).start(terms), utc_now().date())
    if not printing.answer(started, json):
        name, starts, ends = started["experiment"], started["starts"], started["ends"]
        printing.say(f"Experiment {name} takes in invoices from {starts} to {ends}.")


@group.command("stop")
def stop_command(
    context: typer.Context,
    name: Name,
    reason: Annotated[str, typer.Option(help="Why.")],
    by: By,
    json: Json = None,
) -> None:
    """Stop an experiment: everybody gets the policy unchanged again within minutes."""
    actions = _actions(context, by)
    stopped = experiment_row(actions.stop(name, reason), utc_now().date())
    if not printing.answer(stopped, json):
        printing.say(f"Experiment {name} is stopped; everybody gets the policy unchanged again.")


@group.command("report")
def report_command(
    context: typer.Context,
    name: Name,
    as_of: Annotated[str, typer.Option("--as-of", help="Day; today without it.")] = "",
    csv_file: Annotated[str, typer.Option("--csv", help="Write the arms to a file, or -.")] = "",
    json: Json = None,
) -> None:
    """Compare the arms with the hold-out, with sample sizes and 95 % intervals."""
    wiring, on = installation_of(context).wiring, utc_now().astimezone(UTC).date()
    on = day(as_of) if as_of else on
    with wiring.ledger.reading() as books:
        experiment = found(books, name)
        report = experiment_report(experiment, observe(books, wiring.planner, experiment, on), on)
    if csv_file:
        _write_csv(report, csv_file)
    elif not printing.answer(report, json):
        _print(report)


def _actions(context: typer.Context, by: str) -> ExperimentActions:
    installation: Installation = installation_of(context)
    wiring = installation.wiring
    return ExperimentActions(wiring.ledger, wiring.planner, wiring.letters, by, utc_now())


def _arms(one: dict[str, Any]) -> str:
    return ", ".join(f"{arm['name']} {arm['share']} %" for arm in one["arms"])


def _print(report: dict[str, Any]) -> None:
    printing.say(report["sentence"])
    for arm in report["stop_rule"]["reached_by"]:
        printing.say(f"Arm {arm} has more disputes than the experiment allows: stop it.")
    title = (
        f"{report['experiment']}: step {report['step']} of {report['policy']}, up to"
        f" {report['as_of']}; days counted up to {report['horizon_days']}"
    )
    columns = (
        "arm",
        ">customers",
        ">invoices",
        ">mean days",
        ">median",
        ">% in 14 d",
        ">% in 30 d",
    )
    more = (">% replied", ">% disputed", ">% opted out", ">% bounced")
    printing.table(title, (*columns, *more), [_row(arm) for arm in report["arms"]])


def _row(arm: dict[str, Any]) -> tuple[object, ...]:
    mean, middle, shares = arm["mean_days_to_pay"], arm["median_days_to_pay"], arm["shares"]
    return (
        arm["arm"],
        arm["customers"],
        arm["invoices"],
        _within(mean, 1),
        _within(middle, 0),
        *(_within(_percent(share), 0) for share in shares.values()),
    )


def _percent(share: dict[str, Any]) -> dict[str, Any]:
    keys = ("value", "low", "high")
    return {key: None if share[key] is None else share[key] * 100 for key in keys}


def _within(one: dict[str, Any], places: int) -> str:
    def shown(value: float | None) -> str:
        return "–" if value is None else f"{value:.{places}f}"

    if one["value"] is None and one["low"] is None:
        return "–"
    return f"{shown(one['value'])} ({shown(one['low'])}…{shown(one['high'])})"


def _write_csv(report: dict[str, Any], to: str) -> None:
    rows = [_flat(arm) for arm in report["arms"]]
    if to == printing.STDOUT:
        _rows(csv.writer(sys.stdout), rows)
        return
    with Path(to).open("w", encoding="utf-8", newline="") as file:
        _rows(csv.writer(file), rows)


def _rows(writer: Any, rows: list[dict[str, Any]]) -> None:  # noqa: ANN401 - csv has no public type
    writer.writerow(rows[0])
    writer.writerows(row.values() for row in rows)


def _flat(arm: dict[str, Any]) -> dict[str, Any]:
    flat = {key: arm[key] for key in ("arm", "customers", "invoices", "paid")}
    days = {key: arm[key] for key in ("mean_days_to_pay", "median_days_to_pay")}
    for name, one in (days | arm["shares"]).items():
        flat |= {f"{name}_{key}": value for key, value in one.items()}
    return flat
