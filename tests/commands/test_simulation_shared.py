"""A simulation shared out among processes says the same to the byte."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from commands.simulation.outcome import Outcome
from commands.simulation.shares import simulated_with
from commands.simulation.simulation import AS_ASSIGNED, Question, answer, simulate
from dunning.may import NotAllowed
from tests.commands.rehearsed import AFTER_CUT, Rehearsed
from worker import Wiring, wire

ASKED = Question(AS_ASSIGNED, "small_balance", AFTER_CUT, 20)


def simulated(wiring: Wiring, rehearsed: Rehearsed, shares: int, *, rows: bool = True) -> Outcome:
    """The rehearsed ledger's future from the cut on."""
    settings = rehearsed.settings
    return simulated_with(
        wiring, settings, ASKED, lambda _, __: None, keeps_rows=rows, shares=shares
    )


@pytest.mark.slow
def test_one_and_three_processes_give_the_same_bytes(rehearsed: Rehearsed) -> None:
    wiring = wire(rehearsed.settings)
    answers = {json.dumps(answer(simulated(wiring, rehearsed, shares), ASKED)) for shares in (1, 3)}
    whole = simulate(
        wiring.ledger,
        wiring.planner,
        AS_ASSIGNED,
        "small_balance",
        AFTER_CUT,
        20,
        lambda _, __: None,
    )
    wiring.ledger.engine.dispose()

    assert answers == {json.dumps(whole)}
    assert whole["touches"]


def test_sums_say_what_the_rows_say(rehearsed: Rehearsed) -> None:
    wiring = wire(rehearsed.settings)
    outcome = simulated(wiring, rehearsed, 1)
    lean = simulated(wiring, rehearsed, 1, rows=False)
    wiring.ledger.engine.dispose()
    told = answer(outcome, ASKED)
    mine, other = outcome.sums

    assert lean.sums == outcome.sums
    assert [rows.touches for rows in lean.rows] == [[], []]
    assert mine.a_day() == told["per_day"]
    assert mine.touches == len(told["touches"])
    assert mine.withheld == Counter(row["code"] for row in told["withheld"])
    assert mine.tasks == Counter(row["what"] for row in told["tasks"])
    assert mine.customers == len({row["customer"] for row in told["touches"]})
    assert mine.only_touches == len(told["diff"]["only_policy"])
    assert other.only_touches == len(told["diff"]["only_against"])
    assert mine.only_customers == len(told["diff"]["newly_contacted"])
    assert other.only_customers == len(told["diff"]["no_longer_contacted"])


def test_who_hears_sooner_is_named_once(rehearsed: Rehearsed) -> None:
    wiring = wire(rehearsed.settings)
    outcome = simulated(wiring, rehearsed, 3)
    wiring.ledger.engine.dispose()
    mine, before = (
        {one.customer: one.date for one in sorted(rows.touches, key=lambda one: one.date)[::-1]}
        for rows in outcome.rows
    )
    sooner = sorted(one for one, day in mine.items() if one not in before or day < before[one])

    assert sorted(outcome.sums[0].sooner) == sooner
    assert sooner
    assert set(outcome.sums[1].sooner).isdisjoint(sooner)


def test_what_has_no_answer_is_refused_before_anything_is_shared_out(rehearsed: Rehearsed) -> None:
    wiring = wire(rehearsed.settings)
    unknown = Question("no_such", "", AFTER_CUT, 5)
    with pytest.raises(NotAllowed, match="no_such"):
        simulated_with(
            wiring, rehearsed.settings, unknown, lambda _, __: None, keeps_rows=False, shares=2
        )
    wiring.ledger.engine.dispose()
