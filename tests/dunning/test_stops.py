"""What stops everybody's messages: a due message waits, says why once, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dunning import touch_facts
from dunning.conditions import CLEAR, Conditions, Stop
from dunning.next_step import plan
from dunning.situation import Situation
from dunning.steps import AskAssociate, SendInvoice, SendTouch, Wait
from tests.dunning.worlds import case, done_until, moment, seen

STALE = Stop("DATA_STALE", "no payments were imported since 2026-06-01")
BROKEN = Stop("PROVIDER_FAIL", "bad key")
DUE_AT = moment("4 Jun 13:00")
STOPS = {
    "books": Conditions(books=STALE),
    "channel": Conditions(channels={"email": BROKEN}),
    "both": Conditions(books=STALE, channels={"email": BROKEN}),
}


def stopped(conditions: Conditions, *more: object, now: str = "4 Jun 13:00") -> Situation:
    known = case(*done_until("courtesy"), *more)  # type: ignore[arg-type]  # Facts.
    return replace(seen(known, moment(now)), conditions=conditions)


@pytest.mark.parametrize(
    ("conditions", "code"),
    [
        (STOPS["books"], "DATA_STALE"),
        (STOPS["channel"], "PROVIDER_FAIL"),
        (STOPS["both"], "DATA_STALE"),
    ],
    ids=STOPS,
)
def test_a_due_message_waits_without_an_end_and_says_why(conditions: Conditions, code: str) -> None:
    planned = plan(stopped(conditions))

    assert isinstance(planned.step, Wait)
    assert (planned.step.at, planned.step.code) == (None, code)
    assert [(r.step, r.code, r.passed_over) for r in planned.remarks] == [("reminder", code, False)]


def test_the_reason_is_said_once() -> None:
    said = touch_facts.TouchWithheld(
        at=DUE_AT, by="duncan", step="reminder", code=BROKEN.code, why=BROKEN.why
    )
    planned = plan(stopped(STOPS["channel"], said))

    assert isinstance(planned.step, Wait)
    assert planned.remarks == ()


@pytest.mark.parametrize(
    "conditions", [CLEAR, Conditions(channels={"sms": BROKEN})], ids=["nothing", "another channel"]
)
def test_what_is_not_stopped_goes_out(conditions: Conditions) -> None:
    assert isinstance(plan(stopped(conditions)).step, SendTouch)


@pytest.mark.parametrize("conditions", STOPS.values(), ids=STOPS)
def test_what_is_not_due_yet_is_not_touched_by_a_stop(conditions: Conditions) -> None:
    before = stopped(conditions, now="4 Jun 08:00")

    assert plan(before) == plan(replace(before, conditions=CLEAR))


@pytest.mark.parametrize("conditions", STOPS.values(), ids=STOPS)
def test_peoples_work_goes_on_while_messages_are_stopped(conditions: Conditions) -> None:
    known = case(*done_until("request_sms"))
    situation = replace(seen(known, moment("18 Jun 13:00")), conditions=conditions)

    assert isinstance(plan(situation).step, AskAssociate)


def test_an_invoice_waits_like_any_other_message() -> None:
    known = case(distributed=False)
    situation = replace(seen(known, moment("5 May 16:00")), conditions=STOPS["channel"])

    assert isinstance(plan(replace(situation, conditions=CLEAR)).step, SendInvoice)
    assert isinstance(plan(situation).step, Wait)
