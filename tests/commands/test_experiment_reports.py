"""What the report of an experiment says of figures, and what it does not say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from commands.experiments.observing import Subject
from commands.experiments.report import experiment_report
from dunning.experiment_facts import HOLD_OUT
from dunning.experiments import Experiment
from tests.commands.test_experiments import TERMS


def subject(arm: str, days: int, **changes: Any) -> Subject:  # noqa: ANN401 - its own fields
    usual = Subject(
        customer=f"{arm}{days}",
        arm=arm,
        days=days,
        paid=True,
        watched=90,
        invoices=1,
        replied=False,
        disputed=False,
        opted_out=False,
        bounced=False,
    )
    return replace(usual, **changes)


def test_a_report_says_what_can_be_told_and_no_more() -> None:
    experiment = Experiment(replace(TERMS, most_disputes=5))
    others = [subject(HOLD_OUT, days) for days in range(10, 50)]
    alike = [subject("sooner", days) for days in range(10, 50)]
    quick = [subject("firmer", days // 3, disputed=days % 2 == 0) for days in range(10, 50)]
    report = experiment_report(experiment, [*others, *alike, *quick], date(2026, 9, 1))
    sooner, firmer = report["arms"][1:]

    assert (
        "Arm sooner: no difference can be told yet; with 40 and 40 customers"
        in (report["sentence"])
    )
    assert "Arm firmer: its customers paid" in report["sentence"]
    assert "days sooner than the hold-out" in report["sentence"]
    assert sooner["difference"]["mean_days_to_pay"]["value"] == 0
    assert firmer["difference"]["mean_days_to_pay"]["high"] < 0
    assert firmer["shares"]["paid_in_14_days"]["count"] == 35
    assert firmer["shares"]["disputed"]["of"] == 40
    assert report["stop_rule"]["reached_by"] == ["firmer"]


def test_who_could_not_be_watched_long_enough_says_nothing_of_30_days() -> None:
    watched = [subject(HOLD_OUT, 5, watched=20), subject(HOLD_OUT, 40)]
    arm = experiment_report(Experiment(TERMS), watched, date(2026, 9, 1))["arms"][0]

    assert arm["shares"]["paid_in_14_days"]["of"] == 2
    assert (
        arm["shares"]["paid_in_30_days"] | {"of": 1, "count": 0}
        == (arm["shares"]["paid_in_30_days"])
    )
