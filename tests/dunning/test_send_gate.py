from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunning import facts
from dunning.at_the_door import AtTheDoor, Objection, RecentTouch
from dunning.contact_facts import Contact
from dunning.customer import Customer
from dunning.dispute_facts import DisputeOpened
from dunning.facts import InvoiceFact
from dunning.money import Money
from dunning.next_step import plan
from dunning.promise_facts import PromiseMade
from dunning.send_gate import first_objection, is_same_touch, objection_of_invoice
from dunning.steps import SendInvoice, SendTouch, Wait
from tests.dunning.door import NOON, code_of, reminder_at_the_door
from tests.dunning.worlds import (
    BILLING,
    PERSON,
    QUILL,
    STANDARD,
    at_the_door,
    case,
    done_until,
    euros,
    moment,
    seen,
)


def test_a_due_reminder_passes() -> None:
    assert first_objection(reminder_at_the_door()) is None


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        (
            facts.PaymentApplied(
                at=NOON, by="import", payment="P", amount=euros("1200.00"), on=date(2026, 6, 4)
            ),
            "paid in full",
        ),
        (
            facts.Paused(at=NOON, by=PERSON, reason="goodwill", until=date(2026, 6, 4)),
            "paused until 2026-06-04",
        ),
        (
            PromiseMade(at=NOON, by=PERSON, amount=euros("1200.00"), promised_on=date(2026, 6, 4)),
            "promised for 2026-06-04; held until 2026-06-08",
        ),
        (
            DisputeOpened(at=NOON, by=PERSON, dispute="D", reason="price"),
            "disputed; waiting for the dispute to be resolved",
        ),
        (
            facts.Escalated(at=NOON, by=PERSON, to_role="ar_lead", hold=True),
            "escalated to ar_lead, who decides what happens next",
        ),
    ],
)
def test_what_was_recorded_before_the_claim_wins(fact: InvoiceFact, why: str) -> None:
    assert first_objection(reminder_at_the_door(fact)) == Objection("REPLANNED", why, NOON)


def test_a_touch_that_was_sent_already_is_not_sent_again() -> None:
    door = reminder_at_the_door(*done_until("reminder")[2:], now=moment("4 Jun 14:00"))

    assert code_of(door) == "REPLANNED"


def test_a_touch_is_not_sent_before_its_moment() -> None:
    objection = first_objection(reminder_at_the_door(now=moment("4 Jun 12:45")))

    assert objection is not None
    assert (objection.code, objection.until) == ("NOT_DUE", moment("4 Jun 12:46"))


def test_outside_the_window_the_next_opening_is_named() -> None:
    late = first_objection(reminder_at_the_door(now=moment("4 Jun 16:30")))
    early = first_objection(reminder_at_the_door(now=moment("4 Jun 08:59")))

    assert late == Objection(
        "QUIET", "outside the recipient's sending window", moment("5 Jun 12:46")
    )
    assert early is not None
    assert (early.code, early.until) == ("QUIET", moment("4 Jun 12:46"))


def test_nobody_to_write_to_is_final() -> None:
    objection = first_objection(reminder_at_the_door(customer=Customer("C1", "Quill")))

    assert objection is not None
    assert (objection.code, objection.until) == ("NO_CONTACT", None)


def test_a_blocked_address_is_nobody_to_write_to() -> None:
    blocked = replace(QUILL, contacts=(replace(BILLING, phone="", blocked=("email",)),))

    assert code_of(reminder_at_the_door(customer=blocked)) == "NO_CONTACT"


def _sms_door(*contacts: Contact) -> AtTheDoor:
    customer = replace(QUILL, contacts=contacts)
    situation = seen(case(*done_until("request")), moment("15 Jun 14:00"), customer=customer)
    touch = plan(situation).step
    assert isinstance(touch, SendTouch)
    assert touch.channel == "sms"
    return at_the_door(situation, touch)


def test_text_messages_need_consent() -> None:
    asked, unasked = BILLING, replace(BILLING, sms_consent=False)
    no_phone = replace(BILLING, phone="")

    assert code_of(_sms_door(asked)) == ""
    assert code_of(_sms_door(unasked)) == "NO_CONSENT"
    assert code_of(_sms_door(no_phone)) == "NO_CONTACT"


def test_whoever_agreed_to_text_messages_gets_them() -> None:
    unasked = replace(BILLING, sms_consent=False)
    agreed = Contact("C1/bo", "Bo", "manager", phone="+442079460001", sms_consent=True)

    assert code_of(_sms_door(unasked, agreed)) == ""


def test_a_courtesy_is_not_sent_beside_an_open_reminder() -> None:
    situation = seen(case(), moment("27 May 13:00"))
    touch = plan(situation).step
    assert isinstance(touch, SendTouch)

    assert code_of(at_the_door(situation, touch)) == ""
    assert code_of(at_the_door(situation, touch, has_open_reminder=True)) == "OPEN_REMINDER"
    assert code_of(reminder_at_the_door(has_open_reminder=True)) == ""


def _promised(amount: str, on: date) -> PromiseMade:
    at = moment("28 May 10:00")
    return PromiseMade(at=at, by=PERSON, amount=euros(amount), promised_on=on)


def test_a_letter_about_a_broken_promise_needs_one() -> None:
    steps = tuple(
        replace(step, condition="broken_promise") if step.id == "reminder" else step
        for step in STANDARD.steps
    )
    policy = replace(STANDARD, steps=steps)
    kept = facts.PaymentApplied(
        at=moment("29 May 10:00"),
        by="import",
        payment="P",
        amount=euros("200.00"),
        on=date(2026, 5, 29),
    )
    broken = _promised("200.00", date(2026, 5, 29))

    assert code_of(reminder_at_the_door(policy=policy)) == "NO_BROKEN_PROMISE"
    assert code_of(reminder_at_the_door(broken, policy=policy)) == ""
    assert code_of(reminder_at_the_door(broken, kept, policy=policy)) == "NO_BROKEN_PROMISE"


@pytest.mark.parametrize(
    ("worth", "code"), [("24.99", "MIN_AMOUNT"), ("25.00", ""), ("0.00", "MIN_AMOUNT")]
)
def test_too_little_is_not_worth_a_letter(worth: str, code: str) -> None:
    assert code_of(reminder_at_the_door(worth=euros(worth))) == code


def test_the_minimum_is_that_of_the_invoices_currency() -> None:
    assert code_of(reminder_at_the_door(worth=Money(2999, "JPY"))) == "MIN_AMOUNT"
    assert code_of(reminder_at_the_door(worth=Money(3000, "JPY"))) == ""


def test_reasons_are_said_in_the_order_of_the_gate() -> None:
    nobody = Customer("C1", "Quill")
    door = reminder_at_the_door(
        customer=nobody, slot_taken=True, worth=euros("1.00"), credit=euros("2.00")
    )

    assert code_of(door) == "CREDIT_COVERS"
    door = replace(door, credit=None)
    assert code_of(door) == "NO_CONTACT"
    door = replace(door, situation=replace(door.situation, customer=QUILL))
    assert code_of(door) == "CAP"
    assert code_of(replace(door, slot_taken=False)) == "MIN_AMOUNT"


def test_an_invoice_sharing_a_message_is_asked_only_for_itself() -> None:
    door = reminder_at_the_door(slot_taken=True)

    assert objection_of_invoice(door) is None
    assert objection_of_invoice(replace(door, worth=euros("1.00"))) is not None


def test_the_invoice_itself_is_sent_whatever_it_is_worth_and_whenever_the_last_mail_was() -> None:
    known = case(distributed=False)
    situation = seen(known, moment("5 May 13:00"))
    touch = plan(situation).step
    assert isinstance(touch, SendInvoice)
    door = AtTheDoor(
        situation, touch, euros("0.01"), (RecentTouch("email", moment("5 May 09:00")),)
    )

    assert first_objection(door) is None


def test_the_same_touch_is_step_channel_and_level_not_the_moment() -> None:
    touch = reminder_at_the_door().touch
    assert isinstance(touch, SendTouch)

    assert is_same_touch(replace(touch, at=NOON + timedelta(days=1), why="other"), touch)
    assert not is_same_touch(replace(touch, level=2), touch)
    assert not is_same_touch(replace(touch, channel="sms"), touch)
    assert not is_same_touch(replace(touch, step="request"), touch)
    assert not is_same_touch(Wait(at=None, code="DISPUTE", why="disputed"), touch)
