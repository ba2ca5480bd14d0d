"""Disputes on the stage: I-1 is due on Monday, 2 March, and disputed on Saturday the 7th."""

from __future__ import annotations

from decimal import Decimal

import pytest
from temporalio.client import WorkflowExecutionStatus

from dunning.dispute_facts import DisputeReminded
from dunning.dispute_steps import RemindOwner
from dunning.may import NotAllowed
from tests.cast import day, eur, invoice
from tests.playing import Asked, Desk
from tests.stories import ASSOCIATE, Stage
from workflows.dispute import DisputeCase

BEFORE = [("Wed 25 Feb", "courtesy"), ("Thu 5 Mar", "reminder")]
LEAD = "Lea"


async def _disputed(stage: Stage, amount: Decimal | None = None, reason: str = "price") -> None:
    await stage.opens(invoice(amount=eur("1000.00")))
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.dispute("I-1", reason, amount))


async def _lead_does(stage: Stage, what: str) -> None:
    """Another person than the associate decides on the credit."""
    desk = Desk(stage.wiring.ledger, stage.wiring.planner, LEAD, stage.now)
    getattr(desk, what)("I-1/1")
    await stage.answer_doorbells()


async def test_a_disputed_part_is_escalated_and_credited_while_the_rest_is_dunned(
    stage: Stage,
) -> None:
    await _disputed(stage, Decimal(300))
    await stage.evening(day(24))

    # 700 of 1,000 stays on its cadence.
    assert stage.letters()[2:] == [("Thu 12 Mar", "request"), ("Thu 26 Mar", "firm")]
    assert "€700.00 is still open" in stage.post.handed_over[-1].text
    # The owner was asked, reminded twice and said nothing; then the lead was told.
    assert [one for one in stage.tasks() if "dispute" in one.what] == [
        Asked("Sat 7 Mar", "dispute", "pricing", ["I-1"]),
        Asked("Fri 13 Mar", "dispute_reminder", "pricing", ["I-1"]),
        Asked("Fri 20 Mar", "dispute_escalation", "ar_lead", ["I-1"]),
    ]
    await stage.do(lambda desk: desk.propose_credit("I-1/1", None))

    # Above the associate's limit: nothing is given up yet, and not by the same person.
    assert stage.case().balance == eur("1000.00")
    assert stage.tasks()[-1] == Asked("Thu 26 Mar", "credit_approval", "ar_lead", ["I-1"])
    with pytest.raises(NotAllowed, match=f"{ASSOCIATE} proposed this credit: another person"):
        await stage.do(lambda desk: desk.approve_credit("I-1/1"))
    await _lead_does(stage, "approve_credit")

    assert stage.case().balance == eur("700.00")
    assert (await stage.dispute_workflow().result()) is not None
    await stage.pays(eur("700.00"))
    await stage.evening(day(26))
    case = stage.case()

    assert (case.is_settled, case.settled_by) == (True, "paid and credited")
    assert [task.what for task in case.tasks if not task.outcome] == []
    assert case.disputes[0].outcome == "credited"


async def test_a_terminated_dispute_carries_on_from_the_books(stage: Stage) -> None:
    await _disputed(stage)
    await stage.evening(day(9))
    await stage.dispute_workflow().terminate()
    await stage.workflow().terminate()
    await stage.ring_everybody()
    await stage.evening(day(18))
    reminded = [fact for fact in stage.facts() if isinstance(fact, DisputeReminded)]

    assert [f"{fact.at:%a}" for fact in reminded] == ["Fri", "Wed"]
    assert stage.tasks()[-1].what == "dispute_escalation"
    assert stage.letters() == BEFORE


async def test_two_disputes_of_an_invoice_are_followed_apart(stage: Stage) -> None:
    await _disputed(stage, Decimal(300))
    await stage.do(lambda desk: desk.dispute("I-1", "not_received", Decimal(700)))
    await stage.evening(day(10))
    await stage.do(lambda desk: desk.resolve("I-1/2", "withdrawn"))
    await stage.evening(day(11))
    first, second = [await stage.dispute_workflow(f"I-1/{n}").describe() for n in (1, 2)]

    assert [one.owner for one in stage.case().disputes] == ["pricing", "logistics"]
    assert first.status is WorkflowExecutionStatus.RUNNING
    assert second.status is not WorkflowExecutionStatus.RUNNING
    # Both together held all of it; the first alone holds its part only.
    assert stage.letters() == [*BEFORE, ("Fri 13 Mar", "request")]
    assert "€700.00 is still open" in stage.post.handed_over[-1].text


async def test_while_the_customer_is_asked_the_owner_is_left_alone(stage: Stage) -> None:
    await _disputed(stage)
    await stage.morning(day(7))
    await stage.do(lambda desk: desk.wait_for("I-1/1", "customer"))
    await stage.evening(day(20))
    waiting = [task for task in stage.case().tasks if not task.outcome]
    # Ten working days after Monday, 9 March.
    await stage.evening(day(21))

    assert waiting == []
    assert stage.tasks()[-1] == Asked("Mon 23 Mar", "dispute", "pricing", ["I-1"])
    assert stage.letters() == BEFORE


async def test_a_payment_in_full_ends_the_dispute_and_its_workflow(stage: Stage) -> None:
    await _disputed(stage, Decimal(300))
    await stage.morning(day(8))
    await stage.pays(eur("1000.00"))
    await stage.evening(day(9))
    described = await stage.dispute_workflow().describe()

    assert described.status is not WorkflowExecutionStatus.RUNNING
    assert stage.case().disputes[0].outcome == "settled"
    assert [task.outcome for task in stage.case().tasks] == ["case closed"]


async def test_the_workflow_says_what_it_waits_for(stage: Stage) -> None:
    await _disputed(stage)
    await stage.evening(day(6))
    step = await stage.dispute_workflow().query(DisputeCase.next_step)

    assert isinstance(step, RemindOwner)
    assert step.why == "nobody acknowledged it in 5 business days"
    assert f"{step.at - stage.wiring.clock.ahead:%a %-d %b}" == "Fri 13 Mar"
