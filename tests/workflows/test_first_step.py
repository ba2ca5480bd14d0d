"""The first step was planned when the case was opened: nobody asks for it again without need."""

from __future__ import annotations

from dunning import facts
from tests.cast import day
from tests.stories import Stage


async def test_a_first_touch_goes_out_without_being_planned_again(stage: Stage) -> None:
    await stage.opens()
    await stage.evening(day(1))

    assert await asked(stage) == ["send_touch"]
    assert [letter for _, letter in stage.letters()] == ["courtesy"]


async def test_a_case_that_changed_before_its_first_moment_is_planned_again(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(-15))
    await stage.do(lambda desk: desk.pause("I-1", "goodwill", until=day(3)))
    await stage.evening(day(1))

    assert (await asked(stage))[0] == "plan_next_step"
    assert stage.letters() == []


async def test_a_first_step_that_the_books_rule_out_by_now_is_not_carried_out(
    stage: Stage,
) -> None:
    await stage.opens()
    await stage.morning(day(-15))
    pause = facts.Paused(at=stage.now, by="ada", reason="goodwill", until=day(20))
    # As if nobody had heard of it yet.
    stage.wiring.ledger.transact(lambda books: books.record("I-1", pause, rings=False))
    await stage.evening(day(1))

    assert await asked(stage) == ["send_touch"]
    assert stage.letters() == []


async def asked(stage: Stage) -> list[str]:
    """The activities that the invoice's workflow asked for."""
    history = await stage.workflow().fetch_history()
    scheduled = (one.activity_task_scheduled_event_attributes for one in history.events)
    return [one.activity_type.name for one in scheduled if one.activity_type.name]
