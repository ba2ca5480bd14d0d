from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dunning import facts
from dunning.customer import Customer, apply_to_customer
from dunning.next_step import plan
from dunning.payment_plan import PaymentPlan
from dunning.plan_facts import Instalment, PlanApproved, PlanEnded, PlanProposed
from dunning.plans import ended_plans, missed_instalment, with_money
from dunning.promise import Cash
from dunning.situation import Situation
from dunning.steps import Wait
from tests.dunning.following import Following, following
from tests.dunning.promising import pay
from tests.dunning.worlds import LONDON, PERSON, QUILL, case, euros, moment, seen

AT = moment("5 Jun 10:00")
PARTS = (
    Instalment(date(2026, 6, 19), euros("400.00")),
    Instalment(date(2026, 7, 3), euros("400.00")),
    Instalment(date(2026, 7, 17), euros("400.00")),
)


def _proposed(role: str = "", invoices: tuple[str, ...] = ("INV-1",)) -> PlanProposed:
    return PlanProposed(
        at=AT, by=PERSON, plan="C1/plan-1", invoices=invoices, instalments=PARTS, role=role
    )


def _approved() -> PlanApproved:
    return PlanApproved(at=AT, by="lead", plan="C1/plan-1")


def _with_plan() -> Following:
    world = following()
    world.until(AT)
    for fact in (_proposed(), _approved()):
        world.customer = apply_to_customer(world.customer, fact)
    return world


def _outcome(world: Following) -> str:
    return world.customer.plans[-1].outcome


def test_a_standing_plan_silences_its_invoice_until_an_instalment_should_be_there() -> None:
    world = _with_plan()
    held = plan(world.situation).step

    assert isinstance(held, Wait)
    assert held.code == "PLAN"
    # Friday the 19th, then three business days of grace.
    assert held.at == LONDON.moment(date(2026, 6, 25), moment("1 Jun 00:00").min.time())


def test_on_the_last_day_of_grace_the_plan_still_stands() -> None:
    world = _with_plan()
    world.until(moment("24 Jun 23:00"))
    world.plan()

    assert _outcome(world) == ""
    assert world.tell()[2:] == []


def test_an_instalment_that_came_moves_the_silence_to_the_next() -> None:
    world = _with_plan()
    world.until(moment("24 Jun 20:00"))
    pay(world, "400.00")
    world.until(moment("8 Jul 20:00"))

    assert world.tell()[2:] == []
    assert _outcome(world) == ""


def test_a_missed_instalment_breaks_the_plan_and_the_cadence_goes_on_where_it_was() -> None:
    world = _with_plan()
    world.until(moment("20 Jul"))

    assert _outcome(world) == "broken"
    assert world.customer.plans[-1].missed == date(2026, 6, 19)
    assert world.tell()[2] == "25 Jun request 2"


def test_a_letter_names_the_missed_instalment_once() -> None:
    world = _with_plan()
    world.until(moment("25 Jun 00:30"))
    before = missed_instalment(world.situation)
    world.until(moment("25 Jun 20:00"))

    assert before == date(2026, 6, 19)
    assert missed_instalment(world.situation) is None


def test_instalments_may_come_together_and_early() -> None:
    world = _with_plan()
    world.until(moment("10 Jun"))
    pay(world, "800.00")
    world.until(moment("22 Jul 20:00"))

    assert world.tell()[2:] == []
    assert _outcome(world) == ""

    world.until(moment("24 Jul"))

    assert (_outcome(world), world.customer.plans[-1].missed) == ("broken", date(2026, 7, 17))


def test_a_plan_that_is_paid_is_completed() -> None:
    world = _with_plan()
    pay(world, "1200.00")
    world.plan()

    assert _outcome(world) == "completed"


def test_an_undecided_plan_is_waited_for_and_then_lapses() -> None:
    world = following()
    world.until(AT)
    world.customer = apply_to_customer(world.customer, _proposed(role="ar_lead"))
    held = plan(world.situation).step
    world.until(moment("30 Jun"))

    assert isinstance(held, Wait)
    assert held.at == LONDON.moment(date(2026, 6, 11), moment("1 Jun 00:00").min.time())
    assert _outcome(world) == "lapsed"
    assert world.tell()[2] == "11 Jun request 2"


def test_a_cancelled_plan_frees_its_invoice_from_the_next_day_on() -> None:
    world = _with_plan()
    world.until(moment("15 Jun 08:00"))
    ended = PlanEnded(at=world.now, by=PERSON, plan="C1/plan-1", outcome="cancelled")
    world.customer = apply_to_customer(world.customer, ended)
    world.until(moment("19 Jun"))

    assert world.tell()[2] == "16 Jun request 2"


def test_other_invoices_of_the_customer_keep_their_cadence() -> None:
    world = following()
    for fact in (_proposed(invoices=("INV-9",)), _approved()):
        world.customer = apply_to_customer(world.customer, fact)
    world.until(moment("12 Jun"))

    assert world.tell()[2:] == ["11 Jun request 2"]


def _money(day: date, amount: str, payment: str = "P") -> Cash:
    return Cash(payment, euros(amount), day, AT)


@pytest.mark.parametrize(
    ("cash", "outcome"),
    [
        # The sum over all its invoices counts, by value date.
        ([_money(date(2026, 6, 24), "150.00", "A"), _money(date(2026, 6, 1), "250.00")], ""),
        ([_money(date(2026, 6, 25), "400.00")], "broken"),
        ([_money(date(2026, 6, 19), "399.99")], "broken"),
        # What bounced never came.
        ([_money(date(2026, 6, 19), "400.00"), _money(date(2026, 7, 1), "-400.00")], "broken"),
    ],
)
def test_a_plan_is_judged_by_the_money_of_all_its_invoices(cash: list[Cash], outcome: str) -> None:
    known = replace(PaymentPlan.of(_proposed()), approved_at=AT, cash=tuple(cash))
    ended = [one.outcome for one in ended_plans(_seen(replace(QUILL, plans=(known,))))]

    assert ended == ([outcome] if outcome else [])


def _seen(customer: Customer) -> Situation:
    return seen(case(), moment("25 Jun 10:00"), customer=customer)


def test_money_from_before_the_plan_is_not_an_instalment() -> None:
    early = facts.PaymentApplied(
        at=moment("1 Jun"), by="import", payment="P", amount=euros("400.00"), on=date(2026, 6, 1)
    )
    known = with_money(PaymentPlan.of(_proposed()), {"INV-1": case(early)})

    assert known.cash == ()
    assert not known.paid_off
