from __future__ import annotations

from datetime import date

from dunning import facts
from dunning.dispute_facts import DisputeOpened, DisputeResolved
from dunning.steps import AskAssociate, SendTouch, Wait
from tests.dunning.following import Following, following
from tests.dunning.worlds import LONDON, PERSON, euros, moment


def _disputed(name: str = "D1", amount: str = "") -> Following:
    world = following()
    world.until(moment("5 Jun"))
    _dispute(world, name, amount)
    return world


def _dispute(world: Following, name: str, amount: str = "") -> None:
    money = euros(amount) if amount else None
    world.record(DisputeOpened(at=world.now, by=PERSON, dispute=name, reason="price", amount=money))


def _resolve(world: Following, name: str = "D1") -> None:
    fact = DisputeResolved(at=world.now, by=PERSON, dispute=name, outcome="upheld")
    world.record(fact)


def test_a_disputed_invoice_is_silent_until_the_dispute_is_resolved() -> None:
    world = _disputed()
    held = world.until(moment("31 Dec"))

    assert isinstance(held, Wait)
    assert (held.code, held.at) == ("DISPUTE", None)
    assert len(world.messages) == 2


def test_a_dispute_nobody_resolves_goes_to_the_lead_once() -> None:
    world = _disputed()
    world.until(moment("31 Dec"))

    # Ten business days after 5 June.
    assert world.tell()[2:] == ["19 Jun dispute:D1 dispute_review"]
    assert world.case.tasks[-1].role == "ar_lead"


def test_a_dispute_resolved_in_time_is_nobodys_task() -> None:
    world = _disputed()
    world.until(moment("18 Jun"))
    _resolve(world)
    world.until(moment("20 Jun"))

    assert world.tell()[2:] == ["19 Jun request 2"]


def test_a_resolved_dispute_is_not_followed_by_a_letter_the_same_day() -> None:
    world = _disputed()
    world.until(moment("16 Jun 09:01"))
    _resolve(world)
    step = world.plan()
    assert isinstance(step, SendTouch)

    assert LONDON.local_date(step.at) == date(2026, 6, 17)


def test_a_dispute_about_a_part_leaves_the_rest_its_cadence() -> None:
    world = _disputed(amount="200.00")
    world.until(moment("11 Jun 18:00"))

    assert world.tell()[2:] == ["11 Jun request 2"]
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
    _resolve(world, "D2")
    freed = world.plan()

    assert isinstance(held, Wait)
    assert isinstance(freed, SendTouch)


def test_the_wait_for_a_dispute_ends_when_its_review_is_due() -> None:
    world = _disputed()
    step = world.plan()
    assert isinstance(step, Wait)
    assert step.at is not None
    world.until(step.at)

    assert LONDON.local_date(step.at) == date(2026, 6, 19)
    assert world.case.tasks[-1].what == "dispute_review"
    assert not isinstance(world.next, AskAssociate)
