from __future__ import annotations

from datetime import date

import pytest

from dunning import facts
from dunning.may import NotAllowed
from dunning.promise_facts import PromiseSettled, PromiseWithdrawn
from dunning.promises import promises_in_a_row
from tests.dunning.following import following
from tests.dunning.promising import outcomes, pay, promise, with_promise
from tests.dunning.worlds import PERSON, euros, moment


def test_a_promise_is_kept_by_money_whose_value_date_is_in_its_grace() -> None:
    world = with_promise(date(2026, 6, 19), amount="500.00")
    world.until(moment("23 Jun 10:00"))
    pay(world, "500.00")
    world.until(moment("24 Jun 10:00"))

    assert outcomes(world) == ["kept"]


def test_money_that_comes_a_day_after_the_grace_keeps_nothing() -> None:
    world = with_promise(date(2026, 6, 19), amount="500.00")
    world.until(moment("24 Jun 00:01"))
    pay(world, "500.00")
    world.until(moment("30 Jun 10:00"))

    assert outcomes(world) == ["broken"]


def test_money_found_later_with_an_early_value_date_keeps_the_promise_after_all() -> None:
    world = with_promise(date(2026, 6, 19), amount="500.00")
    world.until(moment("24 Jun 10:00"))
    broken = outcomes(world)
    found = facts.PaymentApplied(
        at=world.now, by="import", payment="P9", amount=euros("500.00"), on=date(2026, 6, 19)
    )
    world.record(found)
    world.plan()

    assert (broken, outcomes(world)) == (["broken"], ["kept"])


@pytest.mark.parametrize(
    ("paid", "outcome"),
    [("495.00", "kept"), ("494.99", "part_kept"), ("0.01", "part_kept"), ("500.00", "kept")],
)
def test_bank_charges_break_no_promise_but_less_keeps_it_in_part(paid: str, outcome: str) -> None:
    world = with_promise(date(2026, 6, 19), amount="500.00")
    pay(world, paid)
    world.until(moment("24 Jun 10:00"))

    assert outcomes(world) == [outcome]


def test_an_outcome_is_recorded_once() -> None:
    world = with_promise(date(2026, 6, 19))
    world.until(moment("20 Jul"))
    settled = [fact for fact in world.history if isinstance(fact, PromiseSettled)]

    assert [(one.number, one.outcome, one.paid) for one in settled] == [
        (1, "broken", euros("0.00"))
    ]


def test_a_promise_replaced_before_its_time_is_void_and_one_after_it_was_broken() -> None:
    early, late = with_promise(date(2026, 6, 19)), with_promise(date(2026, 6, 10))
    for world in (early, late):
        world.until(moment("15 Jun 08:00"))
        promise(world, date(2026, 6, 30))

    assert outcomes(early) == ["void", ""]
    assert outcomes(late) == ["broken", ""]


def test_what_was_credited_in_time_was_not_to_be_paid() -> None:
    world = with_promise(date(2026, 6, 19))
    credited = facts.CreditApplied(
        at=world.now, by=PERSON, credit="CN", amount=euros("1200.00"), on=date(2026, 6, 8)
    )
    world.record(credited)
    world.plan()
    world.until(moment("30 Jun"))
    world.plan()

    assert outcomes(world) == ["void"]


def test_a_promise_taken_back_was_never_made() -> None:
    world = with_promise(date(2026, 6, 19))
    world.until(moment("12 Jun 10:00"))
    world.record(PromiseWithdrawn(at=world.now, by=PERSON, reason="misread"))
    world.until(moment("17 Jun"))

    assert world.case.promise is None
    assert promises_in_a_row(world.case) == 0
    assert world.tell()[2:] == ["15 Jun request 2"]


def test_nothing_promised_is_nothing_to_take_back() -> None:
    world = following()

    with pytest.raises(NotAllowed, match="Nothing is promised"):
        world.record(PromiseWithdrawn(at=world.now, by=PERSON, reason="misread"))


def test_a_late_part_of_a_payment_does_not_help_its_early_part() -> None:
    world = with_promise(date(2026, 6, 19), amount="500.00")
    for amount, day in (("300.00", 19), ("200.00", 25)):
        part = facts.PaymentApplied(
            at=world.now, by="import", payment="P", amount=euros(amount), on=date(2026, 6, day)
        )
        world.record(part)
    early = world.case.promises[0].received(world.case.cash, date(2026, 6, 23))

    assert early == euros("300.00")
