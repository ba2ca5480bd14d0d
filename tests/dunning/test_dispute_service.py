"""The service level: who is asked, reminded and told, and when; Mondays are 8, 15 and 22 June."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from dunning import dispute_facts, facts
from dunning.dispute import REASONS
from dunning.dispute_facts import DisputeOpened, DisputeResolved, DisputeWaiting
from dunning.dispute_service import next_dispute_step
from dunning.dispute_steps import CloseDispute
from dunning.dispute_work import due_dispute_work
from dunning.facts import InvoiceFact
from tests.dunning.following import Following, following
from tests.dunning.worlds import PERSON, STANDARD, case, euros, moment, seen

RAISED = moment("5 Jun")


def _world(amount: str = "200.00", reason: str = "price") -> Following:
    """A dispute raised on Friday, 5 June."""
    world = following()
    world.until(RAISED)
    part = euros(amount) if amount else None
    world.record(DisputeOpened(at=world.now, by=PERSON, dispute="D1", reason=reason, amount=part))
    world.plan()
    return world


def _told(world: Following) -> list[str]:
    """What people were asked about the dispute, such as ``19 Jun dispute_escalation ar_lead``."""
    return [
        f"{world.calendar.local_date(task.at):%d %b} {task.what} {task.role}"
        for task in world.case.tasks
        if task.step.startswith("dispute:")
    ]


def _reminded(world: Following) -> list[str]:
    """When which role was reminded."""
    [dispute] = world.case.disputes
    return [f"{world.calendar.local_date(at):%d %b} {role}" for at, role in dispute.reminded]


def _turn(world: Following, day: str, on: Literal["customer", "owner"]) -> None:
    world.until(moment(day))
    world.record(DisputeWaiting(at=world.now, by=PERSON, dispute="D1", on=on))


def _proposed(world: Following) -> None:
    world.record(
        dispute_facts.CreditProposed(
            at=world.now, by=PERSON, dispute="D1", amount=euros("100.00"), role="ar_lead"
        )
    )
    world.plan()


def test_the_owner_is_the_role_the_policy_names_for_the_reason() -> None:
    world = _world(reason="not_received")
    [assigned] = [f for f in world.history if isinstance(f, dispute_facts.DisputeAssigned)]

    assert _told(world) == ["05 Jun dispute logistics"]
    assert (assigned.owner, assigned.why) == (
        "logistics",
        "disputes about not received belong to logistics",
    )


@pytest.mark.parametrize("reason", [*REASONS, "something a file says"])
def test_every_reason_has_an_owner(reason: str) -> None:
    assert STANDARD.dispute.owner_of(reason)


def test_a_silent_owner_is_reminded_twice_and_then_the_manager_is_told() -> None:
    world = _world()
    world.until(moment("22 Jun"))

    # Five, eight and ten business days after Friday, 5 June.
    assert _reminded(world) == ["12 Jun pricing", "17 Jun pricing"]
    assert _told(world) == [
        "05 Jun dispute pricing",
        "12 Jun dispute_reminder pricing",
        "19 Jun dispute_escalation ar_lead",
    ]


def test_who_acknowledged_is_reminded_only_before_the_time_is_over() -> None:
    world = _world()
    world.record(dispute_facts.DisputeAcknowledged(at=world.now, by="sam", dispute="D1"))
    world.until(moment("18 Jun"))

    assert _reminded(world) == ["17 Jun pricing"]


def test_once_escalated_the_manager_is_reminded_every_week_until_somebody_ends_it() -> None:
    world = _world()
    world.until(moment("4 Jul"))

    assert _reminded(world)[2:] == ["26 Jun ar_lead", "03 Jul ar_lead"]
    # Who still has the reminder on the list gets no second one.
    assert _told(world)[3:] == ["26 Jun dispute_reminder ar_lead"]


def test_nothing_comes_in_a_burst_after_a_month_without_anybody_looking() -> None:
    world = _world()
    situation = replace(world.situation, now=moment("20 Jul"))
    kinds = [fact.kind for fact in due_dispute_work(situation)]

    assert kinds == ["dispute_escalated", "task_opened"]


def test_the_customers_time_does_not_count_against_the_owner() -> None:
    world = _world()
    # Tuesday to Thursday of the next week: two business days were the owner's, six the customer's.
    _turn(world, "9 Jun", "customer")
    _turn(world, "17 Jun", "owner")
    world.until(moment("29 Jun 12:00"))

    assert _told(world)[-1] == "29 Jun dispute_escalation ar_lead"


def test_a_customer_who_does_not_answer_is_not_waited_for_for_ever() -> None:
    world = _world()
    _turn(world, "9 Jun", "customer")
    world.until(moment("22 Jun 18:00"))
    waiting = world.case.disputes[0].waiting_on
    world.until(moment("23 Jun"))
    back = [f for f in world.history if isinstance(f, DisputeWaiting)][-1]

    assert waiting == "customer"
    assert (back.on, back.by) == ("owner", "duncan")
    assert "did not answer in 10 business days" in back.note
    assert _told(world)[-1] == "23 Jun dispute pricing"


def test_a_credit_is_asked_of_the_role_that_may_give_it() -> None:
    world = _world()
    _proposed(world)

    assert _told(world)[1:] == ["05 Jun credit_approval ar_lead"]


def test_an_approval_nobody_gives_is_escalated_and_the_owner_left_alone() -> None:
    world = _world()
    _proposed(world)
    world.until(moment("15 Jun"))

    assert _told(world)[2:] == ["12 Jun dispute_escalation ar_lead"]
    [(_, role)] = world.case.disputes[0].escalated
    assert role == "ar_lead"


def test_an_escalation_from_before_the_proposal_does_not_stand_for_a_late_approval() -> None:
    world = _world()
    world.until(moment("22 Jun"))
    _proposed(world)
    world.until(moment("29 Jun"))

    assert _told(world)[3:] == [
        "22 Jun credit_approval ar_lead",
        "29 Jun dispute_escalation ar_lead",
    ]


def test_a_second_proposal_is_asked_for_too() -> None:
    world = _world()
    _proposed(world)
    world.until(moment("8 Jun"))
    world.record(dispute_facts.CreditDeclined(at=world.now, by="lead", dispute="D1"))
    world.until(moment("9 Jun"))
    _proposed(world)

    assert _told(world)[1:] == ["05 Jun credit_approval ar_lead", "09 Jun credit_approval ar_lead"]


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (
            facts.PaymentApplied(
                at=RAISED, by="x", payment="P", amount=euros("1200.00"), on=RAISED.date()
            ),
            "settled",
        ),
        (facts.WrittenOff(at=RAISED, by="x", reason="lost"), "written_off"),
        (facts.HandedOver(at=RAISED, by="x", to="agency"), "handed_over"),
    ],
    ids=["settled", "written off", "handed over"],
)
def test_when_nothing_is_left_to_dispute_it_ends_by_itself(end: InvoiceFact, outcome: str) -> None:
    world = _world()
    world.record(end)
    world.plan()
    [dispute] = world.case.disputes
    step = next_dispute_step(world.situation, dispute)

    assert dispute.outcome == outcome
    assert isinstance(step, CloseDispute)


def test_the_rest_of_the_cadence_goes_on_whatever_the_owner_does() -> None:
    world = _world()
    world.until(moment("26 Jun"))

    assert [f"{one.on:%d %b} {one.touch.letter}" for one in world.messages][2:] == [
        "11 Jun request",
        "15 Jun request",
        "25 Jun firm",
    ]


def test_a_resolved_dispute_asks_nobody_anything_any_more() -> None:
    world = _world()
    world.record(DisputeResolved(at=world.now, by=PERSON, dispute="D1", outcome="withdrawn"))
    world.until(moment("31 Jul"))

    assert _told(world) == ["05 Jun dispute pricing"]


def test_a_dispute_that_ended_is_closed_for_good() -> None:
    opened = DisputeOpened(at=RAISED, by=PERSON, dispute="D1", reason="price")
    ended = DisputeResolved(at=RAISED, by=PERSON, dispute="D1", outcome="withdrawn")
    situation = seen(case(opened, ended), moment("31 Jul"))
    step = next_dispute_step(situation, situation.case.disputes[0])

    assert step == CloseDispute(code="WITHDRAWN", why="resolved: withdrawn")
