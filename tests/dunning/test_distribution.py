"""Where the policy asks for it, nobody is dunned for an invoice that did not arrive."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dunning.audit.life_reading import life_of
from dunning.audit.touch_tests import test_of as audit_test_of
from dunning.distribution_facts import InvoiceDelivered, InvoiceResendAsked
from dunning.holds import hold_of
from dunning.may import NotAllowed
from dunning.policy_text import parse_policy
from settings import ROOT
from tests.dunning.following import Following, following
from tests.dunning.worlds import LONDON, PERSON, QUILL, STANDARD, moment, opened

REQUIRED = replace(STANDARD, delivery_required=True)
NOBODY = replace(QUILL, contacts=())


def undelivered(*, required: bool = True) -> Following:
    """An invoice that Duncan had to send, of a customer whom no mail reaches."""
    policy = REQUIRED if required else STANDARD
    world = following(opened(distributed=False), policy=policy, customer=NOBODY)
    world.until(moment("8 May 18:00"))
    return world


def test_what_did_not_arrive_is_silent_and_people_are_asked() -> None:
    world = undelivered()
    world.customer = QUILL
    world.until(moment("30 Jun"))
    hold = hold_of(world.situation)

    assert world.messages == []
    assert hold
    assert (hold.code, hold.at) == ("INVOICE_NOT_DELIVERED", None)
    assert [task.what for task in world.case.tasks if not task.outcome] == ["contact"]


def test_without_the_rule_the_cadence_goes_on() -> None:
    world = undelivered(required=False)
    world.customer = QUILL
    world.until(moment("8 Jun"))

    assert [one.touch.step for one in world.messages] == ["courtesy", "reminder"]


def test_a_confirmed_invoice_is_dunned_and_stays_confirmed() -> None:
    world = undelivered()
    world.customer = QUILL
    delivered = InvoiceDelivered(at=world.now, by=PERSON, on=date(2026, 5, 7), how="post")
    world.record(delivered)
    world.until(moment("16 Jun"))

    assert [one.touch.step for one in world.messages][:3] == ["courtesy", "reminder", "request"]
    assert world.case.distributed


def test_asked_to_send_it_again_duncan_sends_it_to_the_contact_of_now() -> None:
    world = undelivered()
    world.customer = QUILL
    world.record(InvoiceResendAsked(at=world.now, by=PERSON))
    world.until(moment("5 Jun"))

    assert [one.touch.step for one in world.messages] == ["issue", "courtesy", "reminder"]


def test_a_mail_that_bounces_makes_it_undelivered_again() -> None:
    world = following(opened(distributed=False), policy=REQUIRED)
    world.provider = lambda: "dead"
    world.until(moment("30 Jun"))
    hold = hold_of(world.situation)

    assert {one.step for one in world.case.touches} == {"issue"}
    assert world.messages == []
    assert hold
    assert hold.code == "INVOICE_NOT_DELIVERED"


@pytest.mark.parametrize(
    ("on", "why"),
    [(date(2026, 5, 4), "issued on"), (date(2026, 6, 9), "in the future")],
)
def test_a_delivery_that_cannot_be_is_refused(on: date, why: str) -> None:
    world = undelivered()

    with pytest.raises(NotAllowed, match=why):
        world.record(InvoiceDelivered(at=world.now, by=PERSON, on=on, how="post"))


def test_nobody_confirms_what_the_ledger_sent() -> None:
    world = following(opened())

    with pytest.raises(NotAllowed, match="has invoice INV-1 already"):
        world.record(InvoiceResendAsked(at=world.now, by=PERSON))


@pytest.mark.parametrize("required", [True, False])
def test_the_auditor_finds_a_letter_about_an_invoice_that_did_not_arrive(*, required: bool) -> None:
    world = undelivered(required=False)
    world.customer = QUILL
    world.until(moment("8 Jun"))
    policy = REQUIRED if required else STANDARD
    life = life_of(world.history, LONDON, lambda _, __: policy)
    held = [made.held for made in life.touches if made.fact.step == "reminder"]

    assert held == [frozenset({"INVOICE_NOT_DELIVERED"} if required else ())]
    assert audit_test_of("INVOICE_NOT_DELIVERED") == "A12"


def test_the_auditor_lets_a_confirmed_invoice_be_dunned() -> None:
    world = undelivered()
    world.customer = QUILL
    world.record(InvoiceDelivered(at=world.now, by=PERSON, on=date(2026, 5, 7), how="post"))
    world.until(moment("8 Jun"))
    life = life_of(world.history, LONDON, lambda _, __: REQUIRED)

    assert [made.held for made in life.touches] == [frozenset(), frozenset()]
    assert [(one.code, one.end is None) for one in life.silences] == [
        ("INVOICE_NOT_DELIVERED", False)
    ]


def test_a_policy_says_whether_delivery_is_required() -> None:
    text = (ROOT / "policies" / "standard_b2b.toml").read_text()

    assert not parse_policy(text, "p.toml").delivery_required
    assert parse_policy(text + "\n[distribution]\nrequired = true\n", "p.toml").delivery_required
