from __future__ import annotations

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ActivityError

from dunning import facts
from dunning.steps import SendTouch, Wait
from tests.cast import contact, customer, day, eur
from tests.stories import Stage
from workflows.invoice import InvoiceCase

CLERK = "clerk-7"


def paused(stage: Stage, note: str = "") -> facts.Paused:
    """A pause until day 20."""
    return facts.Paused(at=stage.now, by=CLERK, reason="system", until=day(20), note=note)


async def test_the_engines_own_tools_show_the_next_step(stage: Stage) -> None:
    await stage.opens()
    await stage.evening(day(3))
    step = await stage.workflow().query(InvoiceCase.next_step)

    assert isinstance(step, SendTouch)
    assert (step.step, step.channel, step.level) == ("request", "email", 2)
    assert f"{step.at - stage.wiring.clock.ahead:%d %B %H:%M}" == "12 March 09:10"


async def test_a_case_can_be_paused_and_resumed_with_the_engines_own_tools(stage: Stage) -> None:
    await stage.opens()
    await stage.evening(day(5))
    step = await stage.workflow().execute_update(InvoiceCase.record_fact, paused(stage))

    assert isinstance(step, Wait)
    assert step.code == "PAUSE_system"
    await stage.morning(day(16))

    assert [letter for _, letter in stage.letters()] == ["courtesy", "reminder"]
    resumed = facts.Resumed(at=stage.now, by=CLERK)
    step = await stage.workflow().execute_update(InvoiceCase.record_fact, resumed)

    assert isinstance(step, SendTouch)
    await stage.evening(day(17))

    assert stage.letters()[-1] == ("Thu 19 Mar", "request")
    assert [fact.by for fact in stage.facts() if fact.kind in {"paused", "resumed"}] == [CLERK] * 2


async def test_what_a_rule_refuses_is_said_and_changes_nothing(stage: Stage) -> None:
    await stage.opens()
    await stage.evening(day(5))
    before = stage.facts()
    resumed = facts.Resumed(at=stage.now, by=CLERK)

    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await stage.workflow().execute_update(InvoiceCase.record_fact, resumed)
    cause = refused.value.cause
    reason = cause.cause if isinstance(cause, ActivityError) else cause

    assert "I-1 is not paused, promised or escalated" in str(reason)
    assert stage.facts() == before
    # The workflow itself lives on.
    await stage.evening(day(10))

    assert stage.letters()[-1] == ("Thu 12 Mar", "request")


async def test_the_engine_takes_no_notes_because_they_may_name_people(stage: Stage) -> None:
    await stage.opens()
    await stage.evening(day(5))
    before = stage.facts()

    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await stage.workflow().execute_update(
            InvoiceCase.record_fact, paused(stage, "Grace is on holiday")
        )

    assert "record them at the desk" in str(refused.value.cause)
    assert stage.facts() == before


async def test_a_case_that_fell_silent_wakes_when_its_money_bounces(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(4))
    await stage.pays(eur("1500.00"))
    first = (await stage.workflow().describe()).run_id
    await stage.morning(day(9))
    await stage.do(lambda desk: desk.reverse_payment("P-0306-I-1", "bounced"))
    await stage.evening(day(10))

    assert (await stage.workflow().describe()).run_id != first
    assert stage.letters()[-1] == ("Thu 12 Mar", "request")


async def test_a_doorbell_answered_twice_does_no_harm(stage: Stage) -> None:
    await stage.opens(customers=[customer("C-1", contact("Grace"))])
    for number in (-5, 3, 10):
        await stage.morning(day(number))
        await stage.ring_everybody()
        await stage.ring_everybody()
    await stage.evening(day(10))

    assert [letter for _, letter in stage.letters()] == ["courtesy", "reminder", "request"]
