from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain, repeat

import pytest

from dunning.contact_facts import Contact
from dunning.customer import Customer
from tests.dunning.following import Following, following
from tests.dunning.worlds import BILLING, QUILL, moment, opened


def _answers(*said: str) -> Callable[[], str]:
    answers = chain(said, repeat("sent"))
    return lambda: next(answers)


def _reminded(*said: str, until: str = "8 Jun 18:00", customer: Customer = QUILL) -> Following:
    world = following(customer=customer)
    world.until(moment("4 Jun 09:30"))
    world.provider = _answers(*said)
    world.until(moment(until))
    return world


def _attempts(world: Following, step: str = "reminder") -> list[str]:
    return [f"{touch.at:%d %H:%M}" for touch in world.case.touches if touch.step == step]


def test_a_provider_that_asks_for_patience_is_tried_again_as_it_said() -> None:
    world = _reminded("later", "later", until="4 Jun 18:00")

    assert _attempts(world) == ["04 11:46", "04 12:01", "04 12:16"]
    assert world.case.level == 1


def test_a_message_refused_for_good_is_not_tried_again_the_same_day() -> None:
    world = _reminded("refused", until="4 Jun 18:00")

    assert _attempts(world) == ["04 11:46"]
    assert world.case.level == 0


def test_a_message_refused_for_good_may_be_tried_again_a_day_later() -> None:
    world = _reminded("refused")

    assert _attempts(world) == ["04 11:46", "05 11:46"]


def test_an_address_that_is_dead_is_not_used_again() -> None:
    no_phone = replace(QUILL, contacts=(replace(BILLING, phone=""),))
    world = _reminded("dead", customer=no_phone)

    assert world.tell()[2:] == ["05 Jun reminder NO_CONTACT", "05 Jun reminder contact"]


def test_where_nobody_is_left_on_a_channel_the_other_one_is_taken() -> None:
    world = _reminded("dead", "sent", until="5 Jun 18:00")

    assert [touch.channel for touch in world.case.touches[1:]] == ["email", "sms"]
    assert [task for task in world.case.tasks if task.what == "contact"] == []


def test_another_person_of_the_customer_is_written_to_instead() -> None:
    other = Contact("C1/other", "Bo", "manager", "bo@quill.example")
    world = following(customer=replace(QUILL, contacts=(BILLING, other)))
    world.until(moment("4 Jun 09:30"))
    world.provider = _answers("dead")
    world.until(moment("5 Jun 18:00"))

    assert [touch.state for touch in world.case.touches[1:]] == ["refused", "sent"]


def test_an_unknown_outcome_is_never_sent_again() -> None:
    world = _reminded("unknown", until="10 Jun 18:00")

    assert _attempts(world) == ["04 11:46"]
    assert world.case.level == 1


@pytest.mark.parametrize("said", ["later", "refused"])
def test_an_invoice_that_was_refused_is_sent_again_before_any_reminder(said: str) -> None:
    world = following(opened(distributed=False))
    world.provider = _answers(said)
    world.until(moment("7 May"))

    assert [touch.state for touch in world.case.touches] == ["refused", "sent"]
    assert world.case.distributed
