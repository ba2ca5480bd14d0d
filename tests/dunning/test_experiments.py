"""Experiments: stable arms, a hold-out, and nothing the policy forbids."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from dunning.audit.trials import Trial
from dunning.experiment_facts import HOLD_OUT, STOP_TAKES, Arm, ExperimentStarted, ExperimentStopped
from dunning.experiments import Experiment, fold_experiment, objections, policy_of_arm
from dunning.facts import InvoiceOpened
from dunning.money import Money
from dunning.policy import Policy
from dunning.policy_text import parse_policy

TODAY = date(2026, 2, 1)
AT = datetime(2026, 2, 1, 9, tzinfo=UTC)
LETTERS = {"courtesy", "reminder", "request", "firm", "warm_reminder"}
TERMS = ExperimentStarted(
    at=AT,
    by="ada",
    experiment="warm",
    policy="standard_b2b",
    step="reminder",
    arms=(Arm("warm", 30, letter="warm_reminder"), Arm("sooner", 30, day=2)),
    starts=TODAY + timedelta(days=1),
    ends=TODAY + timedelta(days=60),
)


@pytest.fixture(scope="module")
def policy() -> Policy:
    shipped = Path(__file__).parents[2] / "policies" / "standard_b2b.toml"
    return parse_policy(shipped.read_text(encoding="utf-8"), shipped.name)


def test_customers_are_split_by_their_shares_and_stay_where_they_are() -> None:
    experiment = Experiment(TERMS)
    customers = [f"C{number}" for number in range(20_000)]
    arms = {one: experiment.arm_of(one) for one in customers}
    counted = Counter(arms.values())
    later = Experiment(replace(TERMS, ends=TERMS.ends + timedelta(days=9), segments=("x",)))

    assert set(counted) == {"warm", "sooner", HOLD_OUT}
    assert counted["warm"] / 20_000 == pytest.approx(0.30, abs=0.01)
    assert counted[HOLD_OUT] / 20_000 == pytest.approx(0.40, abs=0.01)
    assert {one: later.arm_of(one) for one in customers} == arms


def test_another_experiment_splits_otherwise() -> None:
    one, other = Experiment(TERMS), Experiment(replace(TERMS, experiment="colder"))
    same = sum(one.arm_of(f"C{n}") == other.arm_of(f"C{n}") for n in range(10_000))

    # 0.3² + 0.3² + 0.4² of those that fall by chance.
    assert same / 10_000 == pytest.approx(0.34, abs=0.02)


def test_the_auditor_works_out_the_same_arms_by_itself() -> None:
    experiment, trial = Experiment(TERMS), Trial(TERMS)
    customers = [f"C{number}" for number in range(5_000)]

    assert [trial.arm_of(one) for one in customers] == [experiment.arm_of(one) for one in customers]


def test_the_auditor_takes_in_the_same_invoices(policy: Policy) -> None:
    terms = replace(TERMS, segments=("retail",))
    experiment, trial = Experiment(terms), Trial(terms, stopped_at=AT + timedelta(days=30))
    opened = InvoiceOpened(
        at=AT,
        by="import",
        invoice="I-1",
        customer="C1",
        entity="",
        amount=Money(100, "EUR"),
        issue_date=TODAY,
        due_date=TODAY,
    )
    others = (policy, replace(policy, name="eu_formal"))
    for one, segment, days in product(others, ("retail", "trade"), (0, 1, 60, 61)):
        came_in = AT + timedelta(days=days)
        invoice = replace(opened, at=came_in)

        assert trial.has(one, invoice, segment, AT) is (
            experiment.concerns(one.name, segment, came_in)
        )
        assert not trial.has(one, invoice, segment, AT + timedelta(days=30))


def test_an_arm_changes_its_step_and_nothing_else(policy: Policy) -> None:
    warm, sooner, held = (policy_of_arm(policy, TERMS, arm) for arm in ("warm", "sooner", HOLD_OUT))
    steps = {name: one.step("reminder") for name, one in zip("wsh", (warm, sooner, held))}  # noqa: B905 - three each
    other = [step for step in warm.steps if step.id != "reminder"]

    assert other == [step for step in policy.steps if step.id != "reminder"]
    assert [(one.letter, one.day, one.arm) for one in steps.values() if one] == [
        ("warm_reminder", 3, "warm"),
        ("reminder", 2, "sooner"),
        ("reminder", 3, HOLD_OUT),
    ]


def test_a_stop_takes_effect_when_everybody_has_heard_of_it() -> None:
    stopped = ExperimentStopped(at=AT, by="ada", experiment="warm", reason="complaints")
    found = fold_experiment([TERMS, stopped])

    assert found.stopped_at == AT + STOP_TAKES
    assert found.is_over(TODAY)


def test_it_takes_in_what_comes_in_on_its_days() -> None:
    experiment = Experiment(replace(TERMS, segments=("retail",)))
    noon = datetime(2026, 2, 2, 12, tzinfo=UTC)

    assert experiment.concerns("standard_b2b", "retail", noon)
    assert not experiment.concerns("standard_b2b", "retail", noon - timedelta(days=1))
    assert not experiment.concerns("standard_b2b", "trade", noon)
    assert not experiment.concerns("eu_formal", "retail", noon)


def test_a_sound_experiment_is_not_objected_to(policy: Policy) -> None:
    assert list(objections(TERMS, policy, LETTERS, [], TODAY)) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"starts": TODAY}, "begin tomorrow at the earliest"),
        ({"ends": TODAY}, "before it begins"),
        ({"arms": ()}, "has no arms"),
        ({"arms": (Arm("a", 91, day=2),)}, "9 per cent are left as hold-out"),
        ({"arms": (Arm("a", 0, day=2),)}, "at least 1 per cent"),
        ({"arms": (Arm("a", 40),)}, "another letter or another day"),
        ({"arms": (Arm(HOLD_OUT, 40, day=2),)}, "a name of its own"),
        ({"arms": (Arm("a", 40, day=2), Arm("a", 40, day=4))}, "a name of its own"),
        ({"arms": (Arm("a", 40, letter="poem"),)}, "there is no letter poem"),
        # Too close to the request on day 10, after the request, before the due date.
        ({"arms": (Arm("a", 40, day=8),)}, "days_between"),
        ({"arms": (Arm("a", 40, day=12),)}, "order of their days"),
        ({"arms": (Arm("a", 40, day=-1),)}, "its day is positive"),
        ({"step": "call"}, "no letter in a step call"),
        ({"step": "formal_notice"}, "needs approval"),
    ],
)
def test_what_would_break_the_policys_own_rules_is_refused(
    policy: Policy, changes: dict[str, object], words: str
) -> None:
    terms = replace(TERMS, **changes)  # type: ignore[arg-type]  # Its own fields, by name.

    assert words in " ".join(objections(terms, policy, LETTERS, [], TODAY))


def test_a_step_is_in_one_experiment_at_once_and_a_name_is_used_once(policy: Policy) -> None:
    running = Experiment(replace(TERMS, experiment="first"))
    stopped = replace(running, stopped_at=AT)

    assert "is in experiment first" in " ".join(
        objections(TERMS, policy, LETTERS, [running], TODAY)
    )
    assert list(objections(TERMS, policy, LETTERS, [stopped], TODAY)) == []
    assert "never used again" in " ".join(
        objections(TERMS, policy, LETTERS, [Experiment(TERMS, AT)], TODAY)
    )


def test_a_policy_that_does_not_exist_is_refused() -> None:
    assert list(objections(TERMS, None, LETTERS, [], TODAY)) == ["There is no policy standard_b2b."]
