"""Whoever wants no more messages, or is in trouble, is left alone at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dunning.steps import Wait
from tests.cast import contact, customer, invoice
from tests.commands.corresponding import (
    NOW,
    PHONE,
    Correspondence,
    corresponding,
)

A_DAY = timedelta(days=1)


def test_stop_by_sms_acts_at_once_and_is_confirmed_once(one: Correspondence) -> None:
    one.texted("please don't text me again")
    one.texted("I said stop texting me")

    assert one.blocked() == [("Grace", "sms", "OPT_OUT")]
    assert one.answers == [("opt_out_confirmation", "sms", PHONE)]
    assert one.customer().contacts[0].reachable_by("email")
    assert not one.customer().contacts[0].reachable_by("sms")


@pytest.mark.parametrize(("text", "opt_out"), [("STOP", ""), ("stop ", ""), ("Arrêt", "STOP")])
def test_what_the_provider_confirmed_is_not_confirmed_again(
    one: Correspondence, text: str, opt_out: str
) -> None:
    one.texted(text, opt_out=opt_out)

    assert one.blocked() == [("Grace", "sms", "OPT_OUT")]
    assert one.answers == []


def test_start_brings_text_messages_back_but_not_to_a_dead_number(one: Correspondence) -> None:
    one.texted("STOP")
    one.texted("Start", at=NOW + A_DAY)

    assert one.blocked() == []
    one.texted("Wrong number, I am not Grace", at=NOW + A_DAY)
    one.texted("START", at=NOW + A_DAY)

    assert one.blocked() == [("Grace", "sms", "WRONG_PARTY")]


def test_a_mail_that_refuses_texts_leaves_mails_alone(one: Correspondence) -> None:
    one.mailed("Please stop sending me text messages.")

    assert one.blocked() == [("Grace", "sms", "OPT_OUT")]


def test_who_refuses_all_contact_is_held(one: Correspondence) -> None:
    one.mailed("Stop contacting me by any means.")

    assert {channel for _, channel, _ in one.blocked()} == {"email", "sms"}
    assert [hold.code for hold in one.customer().holds] == ["DO_NOT_AUTOMATE"]


def test_an_opt_out_through_our_thread_stops_whom_we_wrote_to(one: Correspondence) -> None:
    attempt = one.reminds()
    one.posted("Stop emailing me.", sender="grace.h@private.example", answers=attempt, proven=False)

    assert one.blocked() == [("Grace", "email", "OPT_OUT")]
    assert one.answers == []


def test_an_opt_out_that_fits_no_contact_holds_the_customer(one: Correspondence) -> None:
    one.posted("Stop emailing us about invoice I-1.", sender="boss@customer.example")

    assert [hold.code for hold in one.customer().holds] == ["DO_NOT_AUTOMATE"]


@pytest.mark.parametrize(
    ("text", "code", "role"),
    [
        ("Our lawyer will answer you from now on.", "LEGAL_REPRESENTED", "controller"),
        ("We have filed for bankruptcy.", "LEGAL_INSOLVENCY", "controller"),
        ("This is unacceptable harassment, I am fed up.", "COMPLAINT", "ar_lead"),
        ("We cannot pay this, we lost our main client.", "HARDSHIP", "ar_lead"),
        ("Please note our new bank details for your payments.", "SECURITY", "controller"),
    ],
)
def test_what_is_serious_stops_everything_and_tells_the_right_person(
    one: Correspondence, text: str, code: str, role: str
) -> None:
    one.posted(text, sender="eve@else.example", subject="I-1", proven=False)
    held = one.shop.plan("I-1", NOW + 60 * A_DAY)

    assert one.customer().holds[0].code == code
    assert one.tasks == [("reply", role, "")]
    assert isinstance(held, Wait)
    assert held.code == code


def test_a_wrong_contact_is_not_used_and_a_new_one_waits_to_be_verified(
    one: Correspondence,
) -> None:
    one.mailed("You have the wrong person. Please write to ap@customer.example instead.")
    (proposed,) = one.customer().proposed

    assert proposed.email == "ap@customer.example"
    assert [c.name for c in one.customer().contacts] == ["Grace"]
    assert not one.customer().contacts[0].reachable_by("email")


def test_who_is_away_and_refuses_mails_is_heard(one: Correspondence) -> None:
    one.mailed("I am out of office until Monday. And stop emailing me!")

    assert one.blocked() == [("Grace", "email", "OPT_OUT")]


def test_who_stops_from_an_address_of_two_customers_is_stopped_at_both(
    tmp_path: Path,
) -> None:
    shared = contact("Grace", phone=PHONE)
    with corresponding(tmp_path) as both:
        both.shop.opens(
            invoice("I-1"),
            invoice("I-2", of="C-2"),
            customers=[customer("C-1", shared), customer("C-2", shared)],
        )
        row = both.texted("stop texting me")

        assert (row["state"], row["customer"]) == ("unassigned", "")
        assert both.blocked("C-1") == [("Grace", "sms", "OPT_OUT")]
        assert both.blocked("C-2") == [("Grace", "sms", "OPT_OUT")]
        assert both.answers == [("opt_out_confirmation", "sms", PHONE)]
        both.desk().undo(row["reply"], "it was a joke")

        assert both.blocked("C-1") == both.blocked("C-2") == []
