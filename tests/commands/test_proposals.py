"""What one person proposes and another decides: promises, write-offs, hand-overs, plans."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from commands.cases.actions import Actions
from commands.cases.plan_actions import PlanActions
from dunning.may import NotAllowed
from dunning.steps import CloseCase, Wait
from tests.activities.workshop import TASK, Workshop, afternoon, workshop
from tests.cast import customer, day, eur, invoice

NOW = afternoon(day(4))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """Activities on fresh books with two open invoices."""
    with workshop(tmp_path) as found:
        found.opens(invoice("I-1"), invoice("I-2"))
        yield found


def desk(shop: Workshop, by: str = "ada") -> Actions:
    """Somebody at work."""
    return Actions(shop.wiring.ledger, shop.wiring.planner, by, NOW)


def plans(shop: Workshop, by: str = "ada") -> PlanActions:
    """Somebody at work on payment plans."""
    return PlanActions(shop.wiring.ledger, shop.wiring.planner, by, NOW)


def open_tasks(shop: Workshop) -> list[tuple[str, str]]:
    """What is open, and for which role."""
    return [(row.what, row.role) for row in shop.rows(TASK) if not row.outcome]


def test_a_promise_beyond_the_policy_is_proposed_and_holds_when_another_approves(
    shop: Workshop,
) -> None:
    asked = desk(shop).promise("I-1", None, day(60))

    assert asked.case.promise is None
    assert open_tasks(shop) == [("promise_approval", "ar_lead")]
    with pytest.raises(NotAllowed, match="another person"):
        desk(shop, "Ada ").approve_proposal("I-1", role="controller")
    with pytest.raises(NotAllowed, match="the ar_lead has to"):
        desk(shop, "bea").approve_proposal("I-1", role="associate")

    approved = desk(shop, "bea").approve_proposal("I-1", "promise")

    assert approved.case.promise is not None
    assert (approved.case.promise.amount, approved.case.promise.promised_on) == (
        eur("1500.00"),
        day(60),
    )
    assert open_tasks(shop) == []
    with pytest.raises(NotAllowed, match="Nothing of invoice I-1"):
        desk(shop, "bea").approve_proposal("I-1")


def test_a_declined_promise_leaves_the_case_as_it_was(shop: Workshop) -> None:
    desk(shop).promise("I-1", None, day(60))
    declined = desk(shop, "bea").decline_proposal("I-1", note="too late")

    assert declined.case.promise is None
    assert not isinstance(declined.step, Wait)
    assert open_tasks(shop) == []


def test_a_promise_that_could_never_be_made_is_not_proposed(shop: Workshop) -> None:
    with pytest.raises(NotAllowed, match="at most the open"):
        desk(shop).promise("I-1", Decimal(1501), day(60))

    assert open_tasks(shop) == []


def test_above_a_small_balance_two_people_give_up_money(shop: Workshop) -> None:
    asked = desk(shop).write_off("I-1", "bankrupt", "no letter helps")

    assert asked.case.written_off is None
    assert open_tasks(shop) == [("write_off_approval", "controller")]
    with pytest.raises(NotAllowed, match="waits for a decision already"):
        desk(shop).write_off("I-1", "bankrupt", "no letter helps")
    with pytest.raises(NotAllowed, match="the controller has to"):
        desk(shop, "bea").approve_proposal("I-1", role="ar_lead")
    with pytest.raises(NotAllowed, match="another person"):
        desk(shop).approve_proposal("I-1", role="controller")

    given_up = desk(shop, "bea").approve_proposal("I-1")
    gone = given_up.case.written_off

    assert isinstance(given_up.step, CloseCase)
    assert gone is not None
    assert (gone.by, gone.reason, gone.waiver) == ("bea", "bankrupt", "no letter helps")
    assert gone.relief_from is not None
    assert open_tasks(shop) == []


def test_what_was_not_dunned_to_the_end_needs_a_reason_to_be_given_up(shop: Workshop) -> None:
    with pytest.raises(NotAllowed, match="its cadence is not complete"):
        desk(shop).write_off("I-1", "bankrupt")


def test_a_small_balance_is_given_up_alone(shop: Workshop) -> None:
    shop.opens(invoice("I-3", amount=eur("25.00")), invoice("I-4", amount=eur("25.01")))
    small = desk(shop).write_off("I-3", "not worth it", "too small to chase")
    larger = desk(shop).write_off("I-4", "not worth it", "too small to chase")

    assert small.case.written_off is not None
    assert larger.case.written_off is None


def test_a_hand_over_is_a_persons_decision_and_anothers_consent(shop: Workshop) -> None:
    desk(shop).hand_over("I-1", "Gladstone Legal", "no answer")
    done = desk(shop, "bea").approve_proposal("I-1", "hand_over")

    assert done.case.handed_over is not None
    assert done.case.handed_over.to == "Gladstone Legal"


def test_an_approved_credit_hold_is_work_for_the_account_manager(shop: Workshop) -> None:
    desk(shop).propose_credit_hold("I-1", "two promises broken")
    done = desk(shop, "bea").approve_proposal("I-1")

    assert open_tasks(shop) == [("credit_hold", "account_manager")]
    assert not isinstance(done.step, CloseCase)


def test_two_proposals_at_once_have_to_be_named(shop: Workshop) -> None:
    desk(shop).propose_credit_hold("I-1", "late")
    desk(shop).write_off("I-1", "lost", "in court")

    with pytest.raises(NotAllowed, match="Say which of these"):
        desk(shop, "bea").approve_proposal("I-1")


def test_what_nobody_decided_lapses_with_its_case(shop: Workshop) -> None:
    desk(shop).propose_credit_hold("I-1", "late")
    done = desk(shop).written_off("I-1", "settled in court")
    shop.plan("I-1", NOW)

    assert isinstance(done.step, CloseCase)
    assert [one.outcome for one in shop.case("I-1").proposals] == ["lapsed"]
    assert open_tasks(shop) == []


def _parts(*amounts: str, first: int = 14) -> list[tuple[date, Decimal]]:
    days = (day(first) + timedelta(days=14 * number) for number in range(len(amounts)))
    return [(on, Decimal(amount)) for on, amount in zip(days, amounts, strict=True)]


def test_a_plan_within_the_limits_stands_at_once_for_all_its_invoices(shop: Workshop) -> None:
    done = plans(shop).propose_plan("C-1", ["I-1", "I-2"], _parts("1000", "1000", "1000"))

    assert done.plan.stands
    assert done.plan.plan == "C-1/plan-1"
    held = [shop.plan(number, NOW) for number in ("I-1", "I-2")]
    assert all(isinstance(step, Wait) and step.code == "PLAN" for step in held)
    with pytest.raises(NotAllowed, match="is in plan C-1/plan-1 already"):
        plans(shop).propose_plan("C-1", ["I-1"], _parts("1500"))


@pytest.mark.parametrize("parts", [_parts("1500", first=120), _parts("1500", first=95)])
def test_a_long_plan_needs_another_persons_approval(
    shop: Workshop, parts: list[tuple[date, Decimal]]
) -> None:
    asked = plans(shop).propose_plan("C-1", ["I-1"], parts)

    assert not asked.plan.stands
    assert open_tasks(shop) == [("plan_approval", "ar_lead")]
    with pytest.raises(NotAllowed, match="another person"):
        plans(shop, "ADA").approve_plan("C-1/plan-1")

    approved = plans(shop, "bea").approve_plan("C-1/plan-1")

    assert approved.plan.stands
    assert open_tasks(shop) == []
    with pytest.raises(NotAllowed, match="stands already"):
        plans(shop, "bea").approve_plan("C-1/plan-1")


def test_a_declined_or_cancelled_plan_is_over(shop: Workshop) -> None:
    plans(shop).propose_plan("C-1", ["I-1"], _parts("1500", first=120))
    declined = plans(shop, "bea").decline_plan("C-1/plan-1").plan.outcome
    plans(shop).propose_plan("C-1", ["I-1"], _parts("1500"))
    cancelled = plans(shop).cancel_plan("C-1/plan-2", "paid by card").plan.outcome

    assert (declined, cancelled) == ("declined", "cancelled")
    with pytest.raises(NotAllowed, match="is over: it was cancelled"):
        plans(shop).cancel_plan("C-1/plan-2", "again")


@pytest.mark.parametrize(
    ("invoices", "parts", "why"),
    [
        (["I-1"], _parts("1499.99"), "1500.00 EUR is open"),
        (["I-1"], _parts("1500", "0"), "above nothing"),
        (["I-1"], [], "Every instalment"),
        (["I-1"], [*_parts("700"), *_parts("800")], "same day"),
        (["I-1"], _parts("1500", first=0), "has passed"),
        ([], _parts("1500"), "Name the invoices"),
        (["I-9"], _parts("1500"), "no invoice I-9"),
        (["I-3"], _parts("1500"), "belongs to C-2"),
    ],
)
def test_a_plan_that_does_not_add_up_is_refused(
    shop: Workshop, invoices: list[str], parts: list[tuple[date, Decimal]], why: str
) -> None:
    shop.opens(invoice("I-3", customer="C-2"), customers=[customer("C-2")])

    with pytest.raises(NotAllowed, match=why):
        plans(shop).propose_plan("C-1", invoices, parts)


def test_a_plan_is_approved_only_by_the_role_that_was_asked_or_one_above(shop: Workshop) -> None:
    plans(shop).propose_plan("C-1", ["I-1"], _parts("1500", first=120))

    with pytest.raises(NotAllowed, match="The associate may not approve this: the ar_lead has to"):
        plans(shop, "bea").approve_plan("C-1/plan-1", role="associate")
    with pytest.raises(NotAllowed, match="is no role"):
        plans(shop, "bea").approve_plan("C-1/plan-1", role="king")
    assert plans(shop, "bea").approve_plan("C-1/plan-1", role="controller").plan.stands
