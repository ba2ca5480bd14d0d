from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from commands.cases.plan_actions import PlanActions
from dunning.may import NotAllowed
from dunning.promise_facts import PromiseSettled
from dunning.task_facts import TaskRaised
from tests.cast import day, eur, invoice
from tests.stories import Stage

BEFORE = [("Wed 25 Feb", "courtesy"), ("Thu 5 Mar", "reminder")]


def _settled(stage: Stage, number: str = "I-1") -> list[tuple[int, str]]:
    found = (fact for fact in stage.facts(number) if isinstance(fact, PromiseSettled))
    return [(one.number, one.outcome) for one in found]


async def test_a_promise_kept(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.promise("I-1", None, day(15)))
    await stage.morning(day(17))
    await stage.pays(eur("1500.00"))
    await stage.evening(day(40))

    # A note on the day before the 17th of March, thanks to nobody else.
    assert stage.letters() == [*BEFORE, ("Mon 16 Mar", "promise_reminder")]
    assert "17 March 2026" in stage.post.handed_over[-1].text
    assert "I-1" in stage.post.handed_over[-1].text
    assert _settled(stage) == [(1, "kept")]


async def test_a_promise_kept_in_part(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.promise("I-1", None, day(15)))
    await stage.morning(day(16))
    await stage.pays(eur("900.00"))
    await stage.evening(day(18))

    assert stage.letters()[3:] == [("Fri 20 Mar", "request")]
    assert "600.00" in stage.post.handed_over[-1].text
    assert _settled(stage) == [(1, "part_kept")]


async def test_a_promise_broken_twice(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.promise("I-1", None, day(8)))
    await stage.morning(day(12))
    await stage.do(lambda desk: desk.promise("I-1", None, day(16)))
    await stage.evening(day(22))

    assert _settled(stage) == [(1, "broken"), (2, "broken")]
    assert [(one.day, one.what, one.role) for one in stage.tasks()][:1] == [
        ("Mon 23 Mar", "escalation", "ar_lead")
    ]
    # A third promise needs somebody else's approval; it is not refused.
    await stage.morning(day(23))
    await stage.do(lambda desk: desk.promise("I-1", None, day(30)))
    proposal = stage.case().proposals[-1]

    assert (proposal.what, proposal.role, proposal.outcome) == ("promise", "ar_lead", "")
    with pytest.raises(NotAllowed, match="another person"):
        await stage.do(lambda desk: desk.approve_proposal("I-1"))


async def test_a_note_about_a_promise_shares_no_message_with_a_reminder(stage: Stage) -> None:
    await stage.opens(invoice("I-1"), invoice("I-2", due_date=day(4)))
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.promise("I-1", None, day(8)))
    await stage.evening(day(11))
    after = [(one.day, one.letter, one.invoices) for one in stage.sent()][2:]

    # The other's reminder goes out alone, once the cap of two mails in seven days allows it.
    assert after == [
        ("Mon 9 Mar", "promise_reminder", ["I-1"]),
        ("Thu 12 Mar", "reminder", ["I-2"]),
    ]


async def test_a_plan_broken_is_named_and_the_cadence_goes_on(stage: Stage) -> None:
    await stage.opens(invoice("I-1"), invoice("I-2"))
    await stage.morning(day(5))
    parts = [(day(12), Decimal(1500)), (day(40), Decimal(1500))]

    def propose() -> None:
        actions = PlanActions(stage.wiring.ledger, stage.wiring.planner, "Ada", stage.now)
        actions.propose_plan("C-1", ["I-1", "I-2"], parts)

    await stage.do(lambda _: propose())
    await stage.morning(day(13))
    # Money on either invoice counts for the plan.
    await stage.pays(eur("1400.00"), "I-2")
    await stage.evening(day(16))

    assert stage.letters() == BEFORE
    await stage.evening(day(17))
    plan = stage.read(lambda books: books.customer("C-1")).plans[-1]

    assert (plan.outcome, plan.missed) == ("broken", day(12))
    assert stage.letters()[2:] == [("Thu 19 Mar", "request")]
    assert "14 March 2026" in stage.post.handed_over[-1].text


async def test_an_escalation_nobody_answers_climbs_while_the_case_is_silent(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.escalate("I-1", "ar_lead"))
    await stage.evening(day(20))
    raised = [fact for fact in stage.facts() if isinstance(fact, TaskRaised)]

    assert [one.role for one in raised] == ["account_manager", "controller"]
    assert stage.letters() == BEFORE
    assert raised[0].at.date() <= date(2026, 3, 12)
