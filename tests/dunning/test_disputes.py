from __future__ import annotations

from datetime import date

from dunning import facts
from dunning.dispute_facts import DisputeOpened, DisputeResolved
from dunning.steps import SendTouch, Wait
from tests.dunning.following import Following, following
from tests.dunning.worlds import LONDON, PERSON, euros, moment


def _disputed(name: str = "D1", amount: str = "") -> Following:
    world = following()
    world.until(moment("5 Jun"))
    _dispute(world, name, amount)
    return world


def _dispute(world: Following, name: str, amount: str = "") -> None:
    money, reason = euros(amount) if amount else None, "price" if name == "D1" else "quality"
    world.record(DisputeOpened(at=world.now, by=PERSON, dispute=name, reason=reason, amount=money))


def _resolve(world: Following, outcome: str = "withdrawn", name: str = "D1") -> None:
    world.record(DisputeResolved(at=world.now, by=PERSON, dispute=name, outcome=outcome))


def _letters(world: Following) -> list[str]:
    return [f"{one.on:%d %b} {one.touch.letter}" for one in world.messages]


def test_a_disputed_invoice_is_silent_until_the_dispute_is_resolved() -> None:
    world = _disputed()
    held = world.until(moment("31 Dec"))

    assert isinstance(held, Wait)
    assert (held.code, held.at) == ("DISPUTE", None)
    assert len(world.messages) == 2


def test_a_withdrawn_dispute_is_not_followed_by_a_letter_the_same_day() -> None:
    world = _disputed()
    world.until(moment("16 Jun 09:01"))
    _resolve(world)
    step = world.plan()
    assert isinstance(step, SendTouch)

    assert LONDON.local_date(step.at) == date(2026, 6, 17)


def test_after_an_upheld_dispute_the_customer_has_a_week_to_pay() -> None:
    world = _disputed()
    world.until(moment("16 Jun"))
    _resolve(world, "upheld")
    held = world.plan()
    world.until(moment("24 Jun 18:00"))

    assert isinstance(held, Wait)
    assert (held.code, held.why) == (
        "DISPUTE_GRACE",
        "the dispute is decided; the customer has time to pay until 2026-06-23",
    )
    # It goes on at the level it had reached, on the first day after the grace.
    assert _letters(world)[2:] == ["24 Jun request"]
    assert world.case.disputed == euros("0.00")


def test_a_part_that_was_upheld_is_not_asked_for_in_the_days_of_grace() -> None:
    world = _disputed(amount="200.00")
    world.until(moment("8 Jun"))
    _resolve(world, "upheld")
    world.until(moment("11 Jun 18:00"))
    asked_in_grace = world.messages[-1].case.disputed
    world.until(moment("25 Jun 18:00"))

    assert _letters(world)[2:4] == ["11 Jun request", "15 Jun request"]
    assert asked_in_grace == euros("200.00")
    assert world.messages[-1].case.disputed == euros("0.00")


def test_a_dispute_about_a_part_leaves_the_rest_its_cadence() -> None:
    world = _disputed(amount="200.00")
    world.until(moment("11 Jun 18:00"))

    assert _letters(world)[2:] == ["11 Jun request"]
    assert world.case.disputed == euros("200.00")


def test_when_only_the_disputed_part_is_left_the_case_is_silent() -> None:
    world = _disputed(amount="200.00")
    paid = facts.PaymentApplied(
        at=world.now, by="import", payment="P", amount=euros("1000.00"), on=date(2026, 6, 5)
    )
    world.record(paid)
    step = world.plan()

    assert isinstance(step, Wait)
    assert step.code == "DISPUTE"


def test_partial_disputes_that_add_up_to_the_balance_silence_the_case() -> None:
    world = _disputed(amount="700.00")
    _dispute(world, "D2", "500.00")
    held = world.plan()
    _resolve(world, name="D2")
    freed = world.plan()

    assert isinstance(held, Wait)
    assert isinstance(freed, SendTouch)


def test_of_two_disputes_the_open_one_outlasts_the_others_grace() -> None:
    world = _disputed(amount="700.00")
    _dispute(world, "D2", "500.00")
    _resolve(world, "upheld")
    in_grace = world.plan()
    world.until(moment("13 Jun"))
    after = world.plan()

    assert isinstance(in_grace, Wait)
    assert in_grace.code == "DISPUTE_GRACE"
    assert isinstance(after, SendTouch)
    assert world.case.disputed == euros("500.00")


def test_paid_in_full_a_dispute_is_over_and_its_ground_may_be_raised_again() -> None:
    world = _disputed()
    day, all_of_it = date(2026, 6, 5), euros("1200.00")
    world.record(
        facts.PaymentApplied(at=world.now, by="import", payment="P", amount=all_of_it, on=day)
    )
    world.plan()
    [dispute] = world.case.disputes
    world.record(
        facts.PaymentReversed(at=world.now, by="import", payment="P", amount=all_of_it, on=day)
    )

    assert dispute.outcome == "settled"
    assert world.case.disputed == euros("0.00")
    again = DisputeOpened(at=world.now, by="duncan", dispute="D2", reason="price")
    world.record(again)

    assert world.case.disputed == all_of_it


def test_a_credit_settles_what_it_is_for_and_is_no_payment() -> None:
    world = _disputed(amount="200.00")
    credit = facts.CreditApplied(
        at=world.now, by="lead", credit="CN-1", amount=euros("200.00"), on=date(2026, 6, 5)
    )
    world.record(credit)

    assert world.case.balance == euros("1000.00")
    assert world.case.paid == euros("0.00")
    assert not world.case.is_settled


def test_a_case_says_what_settled_it() -> None:
    world = following()
    at, day = world.now, date(2026, 6, 5)
    credit = facts.CreditApplied(at=at, by="x", credit="C", amount=euros("200.00"), on=day)
    paid = facts.PaymentApplied(at=at, by="x", payment="P", amount=euros("1000.00"), on=day)
    world.record(credit, paid)

    assert world.case.settled_by == "paid and credited"
    assert world.case.settled_on == day
