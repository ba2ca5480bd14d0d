"""The other channel: used only where a step's own leads nowhere and somebody agreed to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dunning import touch_facts
from dunning.at_the_door import RecentTouch
from dunning.contact_facts import Contact
from dunning.customer import Customer
from dunning.facts import InvoiceFact
from dunning.next_step import plan
from dunning.policy import Policy
from dunning.send_gate import first_objection
from dunning.steps import SendTouch
from dunning.ways import OTHER_CHANNEL, other_way
from tests.dunning.worlds import (
    BILLING,
    QUILL,
    STANDARD,
    at_the_door,
    case,
    done_until,
    moment,
    seen,
    started,
    step_of,
)

NOW = moment("4 Jun 14:00")
NO_MAIL = replace(BILLING, blocked=("email",))
SWITCHED = touch_facts.TouchWithheld(
    at=NOW, by="duncan", step="reminder", code=OTHER_CHANNEL, why="filtered; it goes by sms instead"
)
STUBBORN = replace(STANDARD, steps=tuple(replace(one, otherwise="") for one in STANDARD.steps))


def reminder(
    *history: InvoiceFact, contact: Contact = BILLING, policy: Policy = STANDARD
) -> SendTouch:
    step = plan(seen(case(*done_until("courtesy"), *history), NOW, policy, customer=of(contact)))
    assert isinstance(step.step, SendTouch)
    return step.step


def of(contact: Contact) -> Customer:
    return replace(QUILL, contacts=(contact,))


@pytest.mark.parametrize(
    ("contact", "channel"),
    [
        (BILLING, "email"),
        (NO_MAIL, "sms"),
        (replace(BILLING, email=""), "sms"),
        (replace(NO_MAIL, sms_consent=False), "email"),
        (replace(NO_MAIL, phone=""), "email"),
        (replace(BILLING, blocked=("email", "sms")), "email"),
    ],
    ids=["all well", "bounced", "no address", "no consent", "no number", "opted out of both"],
)
def test_a_step_goes_by_the_other_channel_only_where_its_own_reaches_nobody(
    contact: Contact, channel: str
) -> None:
    step = reminder(contact=contact)

    assert (step.step, step.channel, step.letter) == ("reminder", channel, "reminder")


def test_a_policy_that_names_no_other_channel_keeps_to_its_own() -> None:
    assert reminder(contact=NO_MAIL, policy=STUBBORN).channel == "email"


def test_what_failed_for_good_comes_by_the_other_channel_at_once() -> None:
    failed: list[InvoiceFact] = [
        started(step_of("reminder"), NOW, "m1"),
        touch_facts.TouchRefused(at=NOW, by="duncan", attempt="m1", code="REFUSED", why="filtered"),
    ]
    switched = reminder(*failed, SWITCHED)

    assert (switched.channel, switched.at) == ("sms", NOW)
    assert "email reaches nobody" in switched.why


@pytest.mark.parametrize(
    ("history", "contact", "way"),
    [
        ((), BILLING, "sms"),
        ((SWITCHED,), BILLING, ""),
        ((), replace(BILLING, sms_consent=False), ""),
    ],
    ids=["first", "switched before", "no consent"],
)
def test_a_step_changes_its_channel_once(
    history: tuple[InvoiceFact, ...], contact: Contact, way: str
) -> None:
    situation = seen(case(*done_until("courtesy"), *history), NOW, customer=of(contact))

    assert other_way(situation, "reminder", "email") == way
    assert not other_way(situation, "reminder", "sms"), "it never goes back"
    assert not other_way(situation, "request_sms", "sms"), "none is named"


def test_caps_and_hours_are_those_of_the_channel_that_is_used() -> None:
    situation = seen(case(*done_until("courtesy")), NOW, customer=of(NO_MAIL))
    touch = plan(situation).step
    assert isinstance(touch, SendTouch)
    texts = (RecentTouch("sms", NOW - timedelta(days=6)),)
    mails = (RecentTouch("email", NOW - timedelta(days=6)),) * 2
    # E-mails end at half past four, texts at six.
    evening = replace(situation, now=moment("4 Jun 17:00"))

    assert first_objection(at_the_door(situation, touch, recent=mails)) is None
    capped = first_objection(at_the_door(situation, touch, recent=texts))
    assert capped is not None
    assert capped.code == "CAP"
    assert first_objection(at_the_door(evening, touch)) is None


def failed(count: int, *, refused: bool) -> list[InvoiceFact]:
    """So many tries of the reminder in vain, each to be made again."""
    found: list[InvoiceFact] = []
    for number in range(count):
        at, attempt = NOW - timedelta(hours=count - number), f"m{number}"
        outcome = touch_facts.TouchRefused if refused else touch_facts.TouchBounced
        found.append(started(step_of("reminder"), at, attempt))
        found.append(outcome(at=at, by="duncan", attempt=attempt, code="X", why="no", retry_at=at))
    return found


@pytest.mark.parametrize(
    ("count", "refused", "code"),
    [(2, False, ""), (3, False, "PROVIDER_FAIL"), (9, True, ""), (10, True, "PROVIDER_FAIL")],
)
def test_what_fails_too_often_is_not_tried_again(count: int, *, refused: bool, code: str) -> None:
    situation = seen(case(*done_until("courtesy"), *failed(count, refused=refused)), NOW)
    touch = plan(situation).step
    assert isinstance(touch, SendTouch)
    objection = first_objection(at_the_door(replace(situation, now=touch.at), touch))

    assert (objection.code if objection else "") == code


def test_tries_on_the_channel_that_was_left_do_not_count() -> None:
    situation = seen(case(*done_until("courtesy"), *failed(3, refused=False), SWITCHED), NOW)
    touch = plan(situation).step
    assert isinstance(touch, SendTouch)

    assert touch.channel == "sms"
    assert first_objection(at_the_door(situation, touch)) is None
