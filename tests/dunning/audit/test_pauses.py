"""Pauses: whose they are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dunning import facts
from tests.dunning.audit.auditing import audited
from tests.dunning.audit.told_stories import BEGINS, told


@pytest.mark.parametrize(("reply", "found"), [("R1", 0), ("", 1)])
def test_a_pause_of_nobody_is_one_that_no_reply_asked_for(reply: str, found: int) -> None:
    home, one = told()
    home.until(BEGINS)
    until = BEGINS.date() + timedelta(days=5)
    one.record(
        facts.Paused(at=BEGINS, by="duncan", reason="payment_claimed", until=until, reply=reply)
    )
    one.next = one.plan()
    home.until(BEGINS + timedelta(days=10))
    findings = audited([home], home.now).tally.findings

    assert len([each for each in findings if each.test == "A17"]) == found
