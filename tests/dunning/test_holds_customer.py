"""What holds all invoices of a customer: lawyers, open messages, absences."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from dunning import facts
from dunning.contact_facts import ContactAway, ReplyHandled, ReplyReceived
from dunning.customer import Customer, apply_to_customer
from dunning.customer_facts import CustomerFact, HoldLifted, HoldPlaced
from dunning.next_step import plan
from dunning.promise_facts import PromiseMade
from dunning.situation import Situation
from dunning.steps import SendInvoice, SendTouch, Step, Wait
from ledger.projections import stage_of
from tests.dunning.following import following
from tests.dunning.worlds import (
    BILLING,
    LONDON,
    PERSON,
    QUILL,
    case,
    done_until,
    euros,
    moment,
    seen,
)

NOW = moment("10 Jun 10:00")
LISTED = replace(QUILL, listed=QUILL.contacts)


def _after(*said: CustomerFact) -> Customer:
    customer = LISTED
    for fact in said:
        customer = apply_to_customer(customer, fact)
    return customer


def _hold(code: str) -> HoldPlaced:
    return HoldPlaced(at=NOW, by=PERSON, hold=code, code=code, why="Ada Quill called")


def _wrote(until: datetime, reply: str = "R-1") -> ReplyReceived:
    return ReplyReceived(
        at=NOW, by="duncan", reply=reply, channel="email", intents=(), hold_until=until
    )


def _seen(*said: CustomerFact, now: datetime = NOW) -> Situation:
    return seen(case(*done_until("reminder")), now, customer=_after(*said))


def _step(*said: CustomerFact, now: datetime = NOW) -> Step:
    return plan(_seen(*said, now=now)).step


@pytest.mark.parametrize(
    "code", ["LEGAL_INSOLVENCY", "HARDSHIP", "COMPLAINT", "SECURITY", "DO_NOT_AUTOMATE"]
)
def test_a_hold_lasts_until_a_person_lifts_it_and_names_nobody(code: str) -> None:
    held = _step(_hold(code), now=moment("30 Dec"))

    assert isinstance(held, Wait)
    assert (held.code, held.at) == (code, None)
    assert "Ada" not in held.why
    assert stage_of(case(), plan(_seen(_hold(code)))) == "on_hold"


def test_not_even_the_invoice_itself_is_sent_to_a_customer_that_is_held() -> None:
    fresh = case(distributed=False)

    assert isinstance(plan(seen(fresh, NOW)).step, SendInvoice)
    assert isinstance(plan(seen(fresh, NOW, customer=_after(_hold("SECURITY")))).step, Wait)


def test_a_legal_hold_outranks_all_others() -> None:
    escalated = facts.Escalated(at=NOW, by=PERSON, to_role="controller", hold=True)
    customer = _after(_hold("HARDSHIP"), _hold("LEGAL_STAY"), _wrote(NOW + timedelta(days=400)))
    held = plan(seen(case(escalated), NOW, customer=customer)).step

    assert isinstance(held, Wait)
    assert held.code == "LEGAL_STAY"


def test_a_lifted_hold_frees_the_customer_from_the_next_day_on() -> None:
    lifted = HoldLifted(at=moment("12 Jun 09:00"), by=PERSON, hold="HARDSHIP", reason="agreed")
    step = _step(_hold("HARDSHIP"), lifted, now=moment("12 Jun 09:00"))

    assert isinstance(step, SendTouch)
    assert LONDON.local_date(step.at) == date(2026, 6, 15)


def test_a_message_is_answered_before_the_customer_is_reminded_or_its_time_runs_out() -> None:
    until = moment("15 Jun 00:00")
    held = _step(_wrote(until), _wrote(NOW, "R-2"))
    free = _step(_wrote(until), now=until)

    assert isinstance(held, Wait)
    assert (held.code, held.at) == ("REPLY", until)
    assert isinstance(free, SendTouch)


@pytest.mark.parametrize(("by", "day"), [(PERSON, 12), ("duncan", 11)])
def test_whom_a_person_answered_today_is_not_reminded_today(by: str, day: int) -> None:
    now = moment("11 Jun 09:00")
    handled = ReplyHandled(at=now, by=by, reply="R-1", outcome="answered")
    step = _step(_wrote(moment("15 Jun 00:00")), handled, now=now)

    assert isinstance(step, SendTouch)
    assert LONDON.local_date(step.at) == date(2026, 6, day)


def test_a_promise_and_an_open_message_together_send_no_note() -> None:
    promised = PromiseMade(
        at=moment("8 Jun 10:00"), by=PERSON, amount=euros("1200.00"), promised_on=date(2026, 6, 12)
    )
    known = case(*done_until("reminder"), promised)

    assert isinstance(plan(seen(known, NOW)).step, SendTouch)
    held = plan(seen(known, NOW, customer=_after(_wrote(moment("11 Jun 00:00"))))).step
    assert isinstance(held, Wait)


def _away(until: date, contact: str = BILLING.contact) -> ContactAway:
    return ContactAway(at=NOW, by="duncan", contact=contact, until=until)


@pytest.mark.parametrize(
    ("until", "sent"),
    [
        # The request is for Thursday, the 11th of June.
        (date(2026, 6, 10), date(2026, 6, 11)),
        (date(2026, 6, 11), date(2026, 6, 12)),
        (date(2026, 6, 12), date(2026, 6, 15)),
        (date(2026, 8, 31), date(2026, 6, 16)),
    ],
)
def test_an_absence_moves_the_day_by_three_business_days_at_most(until: date, sent: date) -> None:
    planned = plan(_seen(_away(until)))
    step = planned.step

    assert isinstance(step, SendTouch)
    assert (LONDON.local_date(step.at), step.level) == (sent, 2)
    assert ("AWAY" in {one.code for one in planned.remarks}) == (sent.day > 11)


def test_absences_one_after_the_other_move_it_no_further() -> None:
    world = following(customer=LISTED)
    world.until(moment("10 Jun"))
    for day in range(11, 30):
        world.customer = apply_to_customer(world.customer, _away(date(2026, 6, day)))
    world.until(moment("20 Jun"))

    assert world.tell()[2] == "16 Jun request 2"


def test_the_absence_of_somebody_who_would_not_be_written_to_changes_nothing() -> None:
    other = replace(BILLING, contact="C1/other", role="director")
    customer = replace(QUILL, contacts=(BILLING, other), listed=(BILLING, other))
    away = apply_to_customer(customer, _away(date(2026, 6, 30), other.contact))
    step = plan(seen(case(*done_until("reminder")), NOW, customer=away)).step

    assert isinstance(step, SendTouch)
    assert LONDON.local_date(step.at) == date(2026, 6, 11)
