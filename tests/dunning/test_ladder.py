from __future__ import annotations

from datetime import date

import pytest

from dunning.facts import TaskClosed
from dunning.ladder import next_look, raised_tasks, task_deadline, woken_for_people
from dunning.next_step import plan
from dunning.policy import EscalationRules
from dunning.situation import Plan
from dunning.steps import SendTouch, Wait
from dunning.task_facts import CallMade, TaskRaised
from tests.dunning.following import Following, following
from tests.dunning.worlds import (
    LONDON,
    PERSON,
    STANDARD,
    case,
    moment,
    seen,
    task_opened,
)

MIDNIGHT = moment("1 Jun 00:00").min.time()
FRIDAY = moment("5 Jun 10:00")


def _world(what: str = "decide", role: str = "associate") -> Following:
    world = following()
    world.until(FRIDAY)
    opened = task_opened(world.now, "", what, "T1")
    world.record(type(opened)(at=world.now, by=PERSON, task="T1", what=what, role=role, why="x"))
    return world


def _roles(world: Following) -> list[tuple[str, date]]:
    raised = (fact for fact in world.history if isinstance(fact, TaskRaised))
    return [(one.role, LONDON.local_date(one.at)) for one in raised if one.task == "T1"]


def test_what_nobody_does_goes_up_the_ladder_rung_by_rung() -> None:
    world = _world()
    world.until(moment("30 Jun"))

    assert _roles(world) == [
        ("ar_lead", date(2026, 6, 10)),
        ("account_manager", date(2026, 6, 15)),
        ("controller", date(2026, 6, 18)),
    ]


def test_a_finished_task_goes_nowhere() -> None:
    world = _world()
    world.record(TaskClosed(at=world.now, by=PERSON, task="T1", outcome="done"))
    world.until(moment("30 Jun"))

    assert _roles(world) == []


def test_a_role_off_the_ladder_answers_to_its_second_rung() -> None:
    world = _world(role="tax")
    world.until(moment("10 Jun 12:00"))

    assert _roles(world) == [("ar_lead", date(2026, 6, 10))]


@pytest.mark.parametrize("what", ["approve", "dispute", "credit_approval", "plan_approval"])
def test_what_has_a_time_out_of_its_own_is_not_raised(what: str) -> None:
    known = case(task_opened(FRIDAY, "", what, "T1"))
    situation = seen(known, moment("30 Jun"))

    assert list(raised_tasks(situation)) == []
    assert task_deadline(situation, known.tasks[-1]) is None
    assert next_look(situation) is None


def test_a_call_that_reached_nobody_gives_more_time_and_the_third_one_none() -> None:
    world = _world("call")
    for day in ("8 Jun", "9 Jun", "10 Jun"):
        world.until(moment(f"{day} 12:00"))
        world.record(CallMade(at=world.now, by=PERSON, task="T1", outcome="no_answer"))
    world.plan()

    assert _roles(world) == [("ar_lead", date(2026, 6, 10))]
    assert world.case.tasks[-1].calls == ()


def test_an_open_question_wakes_a_case_that_would_sleep_longer() -> None:
    known = case(task_opened(FRIDAY, "", "decide", "T1"))
    situation = seen(known, FRIDAY)
    planned = plan(situation)
    woken = woken_for_people(situation, Plan(Wait(at=None, code="ESCALATED", why="x"))).step
    later = moment("30 Jun")
    touch = SendTouch(
        at=later, why="y", step="s", channel="email", letter="l", level=1, to="billing"
    )
    instead = woken_for_people(situation, Plan(touch)).step

    assert not isinstance(planned.step, Wait)
    assert woken_for_people(situation, planned) == planned
    assert isinstance(woken, Wait)
    # Whoever has it may have the lead's time only: ar_lead is not the top of the ladder.
    assert (woken.at, woken.code) == (LONDON.moment(date(2026, 6, 10), MIDNIGHT), "ESCALATED")
    assert isinstance(instead, Wait)
    assert (instead.at, instead.code) == (woken.at, "PEOPLE")


def test_at_the_top_nothing_is_left_to_wake_for() -> None:
    opened = task_opened(FRIDAY, "", "decide", "T1")
    raised = TaskRaised(at=FRIDAY, by="duncan", task="T1", role="controller", why="x")
    situation = seen(case(opened, raised), moment("30 Jun"))

    assert next_look(situation) is None
    assert list(raised_tasks(situation)) == []


def test_the_ladder_of_one_has_no_next_rung() -> None:
    rules = EscalationRules(ladder=("owner",))

    assert rules.above("owner") is None
    assert rules.above("anybody") == "owner"
    assert STANDARD.escalation.above("controller") is None
