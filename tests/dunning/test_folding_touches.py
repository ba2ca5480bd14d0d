from __future__ import annotations

import pytest

from dunning import touch_facts
from dunning.case import Case
from dunning.facts import InvoiceFact
from tests.dunning.worlds import PERSON, after, case, moment, started, step_of, touched

NOW = moment("8 Jun")
REMINDER, REQUEST = step_of("reminder"), step_of("request")


def test_an_approval_belongs_to_its_step() -> None:
    approved = case(touch_facts.TouchApproved(at=NOW, by=PERSON, step="firm"))

    assert approved.approved_at("firm") == NOW
    assert approved.approved_at("final_notice") is None


@pytest.mark.parametrize(
    ("outcome", "level"),
    [
        ([], 1),
        ([touch_facts.TouchSent(at=NOW, by="duncan", attempt="m1")], 1),
        ([touch_facts.TouchUnknown(at=NOW, by="duncan", attempt="m1", why="time-out")], 1),
        ([touch_facts.TouchRefused(at=NOW, by="duncan", attempt="m1", code="X", why="no")], 0),
        ([touch_facts.TouchRefused(at=NOW, by="duncan", attempt="m2", code="X", why="no")], 1),
    ],
)
def test_a_claimed_touch_counts_unless_it_was_refused(
    outcome: list[InvoiceFact], level: int
) -> None:
    known = case(started(REMINDER, NOW, "m1"), *outcome)

    assert known.level == level
    assert (known.last_touch is not None) == bool(level)


def test_what_is_known_to_be_sent_does_not_become_unknown() -> None:
    unknown = touch_facts.TouchUnknown(at=NOW, by="duncan", attempt="m1", why="asked too late")

    assert case(*touched(REMINDER, NOW, "m1"), unknown).touches[0].state == "sent"


def test_the_level_is_the_highest_that_was_sent() -> None:
    lower_again = touched(REMINDER, NOW, "m2")

    assert case(*touched(REQUEST, NOW, "m1"), *lower_again).level == 2


def _refused_invoice(known: Case) -> Case:
    claim = started(REMINDER, NOW, "m1", step="issue", letter="invoice", level=0)
    refused = touch_facts.TouchRefused(at=NOW, by="duncan", attempt="m1", code="X", why="no")
    return after(known, claim, refused)


def test_an_invoice_the_provider_refused_still_has_to_be_sent() -> None:
    claim = started(REMINDER, NOW, "m1", step="issue", letter="invoice", level=0)

    assert case(claim, distributed=False).distributed
    assert not _refused_invoice(case(distributed=False)).distributed


def test_a_request_ends_when_a_touch_starts_or_cannot_be_sent() -> None:
    asked = case(touch_facts.SendRequested(at=NOW, by=PERSON))
    passed = touch_facts.TouchWithheld(
        at=NOW, by="duncan", step="reminder", code="NO_CONTACT", why="none", passed_over=True
    )
    gone = touch_facts.TouchWithheld(
        at=NOW, by="duncan", step="courtesy", code="EXPIRED", why="due", passed_over=True
    )
    later = touch_facts.TouchWithheld(at=NOW, by="duncan", step="reminder", code="CAP", why="full")

    assert asked.send_requested_at == NOW
    assert after(asked, started(REMINDER, NOW, "m1")).send_requested_at is None
    assert after(asked, passed).send_requested_at is None
    assert after(asked, gone).send_requested_at == NOW
    assert after(asked, later).send_requested_at == NOW


def test_the_latest_reason_of_a_step_is_remembered() -> None:
    reasons = [
        touch_facts.TouchWithheld(at=NOW, by="duncan", step="reminder", code=code, why=code)
        for code in ("CAP", "QUIET")
    ]
    withheld = case(*reasons).latest_withheld("reminder")

    assert withheld is not None
    assert withheld.code == "QUIET"
    assert case(*reasons).latest_withheld("request") is None
