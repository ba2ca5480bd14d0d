from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dunning.contact_facts import Contact, ContactBlocked
from dunning.customer import fold_customer
from dunning.customer_facts import CustomerPaused, CustomerRecorded, CustomerResumed
from tests.dunning.worlds import PERSON, QUILL, moment

NOW = moment("8 Jun")
ADA = Contact("c1", "Ada", "billing", "ada@q.example", "+442079460000")
BO = Contact("c2", "Bo", "manager", "bo@q.example")
CY = Contact("c3", "Cy", "director", phone="+442079460002", sms_consent=True)


def _recorded(*contacts: Contact, name: str = "Quill Ltd") -> CustomerRecorded:
    return CustomerRecorded(at=NOW, by="import", customer="C1", name=name, contacts=contacts)


def _blocked(contact: str, channel: str = "email") -> ContactBlocked:
    return ContactBlocked(at=NOW, by="duncan", contact=contact, channel=channel, code="BOUNCED")


def test_the_latest_word_of_the_ledger_counts() -> None:
    customer = fold_customer([_recorded(ADA), _recorded(BO, name="Quill & Co")])

    assert (customer.name, customer.contacts) == ("Quill & Co", (BO,))


def test_a_customer_begins_when_the_ledger_names_it() -> None:
    with pytest.raises(AssertionError, match="the ledger names it"):
        fold_customer([CustomerResumed(at=NOW, by=PERSON)])


def test_a_pause_of_the_customer_lasts_until_it_is_resumed() -> None:
    pause = CustomerPaused(at=NOW, by=PERSON, reason="hardship", until=date(2026, 7, 1))
    paused = fold_customer([_recorded(), pause])
    resumed = fold_customer([_recorded(), pause, CustomerResumed(at=NOW, by=PERSON)])

    assert paused.pause == pause
    assert (resumed.pause, resumed.resumed_at) == (None, NOW)


def test_an_import_does_not_bring_a_blocked_address_back_to_life() -> None:
    customer = fold_customer([_recorded(ADA), _blocked("c1"), _recorded(ADA, BO)])

    assert customer.contacts[0].blocked == ("email",)
    assert not customer.contacts[0].reachable_by("email")
    assert customer.contacts[0].reachable_by("sms")
    assert customer.contacts[1].reachable_by("email")


def test_an_import_does_not_end_a_pause() -> None:
    pause = CustomerPaused(at=NOW, by=PERSON, reason="hardship", until=date(2026, 7, 1))

    assert fold_customer([_recorded(), pause, _recorded(ADA)]).pause == pause


@pytest.mark.parametrize(
    ("role", "channel", "who"),
    [
        ("billing", "email", "c1"),
        ("manager", "email", "c2"),
        ("director", "email", "c1"),
        ("owner", "email", "c1"),
        ("billing", "sms", "c3"),
        ("director", "sms", "c3"),
    ],
)
def test_the_right_person_is_written_to_else_billing_else_anybody(
    role: str, channel: str, who: str
) -> None:
    contact = replace(QUILL, contacts=(BO, CY, ADA)).contact_for(role, channel)

    assert contact is not None
    assert contact.contact == who


def test_nobody_reachable_is_nobody() -> None:
    silent = replace(ADA, blocked=("email", "sms"))

    assert replace(QUILL, contacts=(silent,)).contact_for("billing", "email") is None
    assert replace(QUILL, contacts=()).contact_for("billing", "sms") is None
