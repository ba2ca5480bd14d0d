"""Experiments as people run them: started, followed by every arm, audited, reported, stopped."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from activities.planning import Planner
from commands.audit.audit import Scope, audit
from commands.experiments.actions import ExperimentActions, found
from commands.experiments.commands import group
from commands.experiments.observing import observe
from commands.experiments.report import experiment_report
from commands.experiments.terms_file import read_terms
from commands.imports import take_in
from dunning.experiment_facts import HOLD_OUT, Arm, ExperimentStarted
from dunning.experiments import Experiment
from dunning.may import NotAllowed
from dunning.steps import SendTouch
from dunning.touch_facts import TouchStarted
from tests.activities.workshop import Workshop, afternoon, workshop
from tests.cast import ISSUED, customer, day, eur, invoice, payment
from tests.commands.taking_in import take
from tests.commands.typed import typed

BEFORE = datetime.combine(ISSUED - timedelta(days=3), datetime.min.time(), UTC)
TERMS = ExperimentStarted(
    at=BEFORE,
    by="ada",
    experiment="pace",
    policy="standard_b2b",
    step="reminder",
    arms=(Arm("sooner", 40, day=2), Arm("firmer", 40, letter="request")),
    starts=ISSUED - timedelta(days=1),
    ends=ISSUED + timedelta(days=30),
)
CUSTOMERS = [f"C-{number}" for number in range(1, 13)]
FILE = """
name = "pace"
policy = "standard_b2b"
step = "reminder"
starts = 2999-01-01
ends = 2999-03-31

[[arm]]
name = "sooner"
share = 40
day = 2
"""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """Twelve customers with an invoice each, in an experiment that began before."""
    with workshop(tmp_path) as found_shop:
        object.__setattr__(found_shop.wiring.planner, "watch", None)
        started_by(found_shop)
        rows = [invoice(f"I-{name}", name) for name in CUSTOMERS]
        found_shop.opens(*rows, customers=[customer(name) for name in CUSTOMERS])
        yield found_shop


def started_by(shop: Workshop, terms: ExperimentStarted = TERMS) -> Experiment:
    return acting(shop, BEFORE).start(terms)


def acting(shop: Workshop, now: datetime) -> ExperimentActions:
    wiring = shop.wiring
    return ExperimentActions(wiring.ledger, wiring.planner, wiring.letters, "ada", now)


def played(shop: Workshop, days: range = range(-6, 8)) -> None:
    """What is due goes out, day after day."""
    for number in days:
        at = afternoon(day(number))
        for name in CUSTOMERS:
            step = shop.plan(f"I-{name}", at)
            if isinstance(step, SendTouch) and step.at <= at:
                shop.send(f"I-{name}", step, at)


def reminders(shop: Workshop) -> dict[str, TouchStarted]:
    with shop.wiring.ledger.reading() as books:
        histories = {name: books.history(f"I-{name}") for name in CUSTOMERS}
    return {
        name: fact
        for name, history in histories.items()
        for _, fact in history
        if isinstance(fact, TouchStarted) and fact.step == "reminder"
    }


def audited(shop: Workshop, planner: Planner) -> list[tuple[str, str]]:
    until = afternoon(day(7)) + timedelta(hours=6)
    answer = audit(shop.wiring.ledger, planner, Scope(ISSUED, day(7), until), lambda _: None)
    return [(test["id"], one["code"]) for test in answer["tests"] for one in test["findings"]]


def test_every_customer_gets_what_its_arm_gets_and_the_auditor_agrees(shop: Workshop) -> None:
    played(shop)
    experiment, sent = Experiment(TERMS), reminders(shop)
    expected = {
        "sooner": (day(2), "reminder"),
        "firmer": (day(3), "request"),
        HOLD_OUT: (day(3), "reminder"),
    }

    assert {fact.arm for fact in sent.values()} == set(expected)
    for name, fact in sent.items():
        assert (fact.experiment, fact.arm) == ("pace", experiment.arm_of(name))
        assert (fact.at.date(), fact.letter) == expected[fact.arm]
    assert audited(shop, shop.wiring.planner) == []


def test_a_touch_of_another_arm_is_found(shop: Workshop) -> None:
    planner = shop.wiring.planner
    # Somebody switched experiments off where messages are sent.
    object.__setattr__(planner, "experiments", None)
    played(shop)
    found_codes = set(audited(shop, planner))

    assert ("A19", "WRONG_ARM") in found_codes
    # The letter of the arm is not the one that was sent.
    assert ("A07", "EXTRA") in found_codes


def test_after_a_stop_everybody_gets_the_policy_unchanged(shop: Workshop) -> None:
    acting(shop, afternoon(day(-10))).stop("pace", "complaints")
    played(shop)
    sent = reminders(shop)

    assert {(fact.experiment, fact.at.date(), fact.letter) for fact in sent.values()} == {
        ("", day(3), "reminder")
    }
    assert audited(shop, shop.wiring.planner) == []
    with pytest.raises(NotAllowed, match="stopped already"):
        acting(shop, afternoon(day(1))).stop("pace", "again")


def test_invoices_that_came_in_before_are_left_alone(tmp_path: Path) -> None:
    with workshop(tmp_path) as shop:
        started_by(shop, replace(TERMS, starts=ISSUED + timedelta(days=1)))
        shop.opens(*[invoice(f"I-{n}", n) for n in CUSTOMERS], customers=map(customer, CUSTOMERS))
        object.__setattr__(shop.wiring.planner, "watch", None)
        played(shop)

        assert {fact.experiment for fact in reminders(shop).values()} == {""}


def test_the_report_counts_each_customer_once_with_what_became_of_it(shop: Workshop) -> None:
    played(shop)
    # Every customer pays on the twelfth day after the due date, but the first one.
    rows = [payment(f"P-{name}", eur("1500.00"), day(12), f"I-{name}") for name in CUSTOMERS[1:]]
    take(shop.wiring.ledger, take_in.payments(afternoon(day(12)), "import"), *rows)
    with shop.wiring.ledger.reading() as books:
        experiment = found(books, "pace")
        subjects = observe(books, shop.wiring.planner, experiment, day(40))
        early = observe(books, shop.wiring.planner, experiment, day(8))
    report = experiment_report(experiment, subjects, day(40))

    assert [one.customer for one in subjects] == sorted(CUSTOMERS)
    assert {(one.days, one.paid) for one in subjects if one.customer != "C-1"} == {(10, True)}
    assert {(one.days, one.paid) for one in subjects if one.customer == "C-1"} == {(38, False)}
    # What was recorded later was not known yet.
    assert not any(one.paid for one in early)
    assert sum(arm["customers"] for arm in report["arms"]) == 12
    assert "nothing can be told yet" in report["sentence"]


def test_the_commands_start_list_report_and_stop(shop: Workshop, tmp_path: Path) -> None:
    file = tmp_path / "pace.toml"
    file.write_text(
        FILE.replace('"pace"', '"later"')
        .replace('"reminder"', '"firm"')
        .replace("day = 2", "day = 25")
    )
    started = typed(shop, group, "start", str(file), "--by", "ada")
    listed = json.loads(typed(shop, group, "list", "--json", "-").stdout)["experiments"]
    reported = typed(shop, group, "report", "pace", "--as-of", str(day(20)), "--csv", "-")
    table = typed(shop, group, "report", "pace", "--as-of", str(day(20)))
    stopped = typed(shop, group, "stop", "later", "--reason", "enough", "--by", "ada")

    assert started.exit_code == 0, started.exception
    assert [(one["experiment"], one["state"]) for one in listed] == [
        ("later", "ahead"),
        ("pace", "ended"),
    ]
    assert [row["arm"] for row in csv.DictReader(io.StringIO(reported.stdout))] == [
        HOLD_OUT,
        "sooner",
        "firmer",
    ]
    assert "nothing can be told yet" in table.stdout
    assert "policy unchanged" in stopped.stdout
    assert isinstance(typed(shop, group, "report", "nobody").exception, NotAllowed)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name =", "is no TOML"),
        (FILE + "colour = 1\n", "arm.0.colour"),
        (FILE.replace("share = 40", "share = 0"), "arm.0.share"),
        (FILE.replace('name = "pace"', 'name = "../pace"'), "name:"),
        (FILE.partition("[[arm]]")[0], "arm:"),
    ],
)
def test_a_file_that_is_no_experiment_is_refused_with_its_reason(
    tmp_path: Path, text: str, words: str
) -> None:
    file = tmp_path / "x.toml"
    file.write_text(text)

    with pytest.raises(NotAllowed, match=r".") as refused:
        read_terms(file, "ada", BEFORE)

    assert words in str(refused.value)
