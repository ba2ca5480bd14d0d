"""Tests of statements of account: none to a customer who is held, and one a period."""

from __future__ import annotations

from collections.abc import Mapping

from dunning.audit.account import Message
from dunning.audit.tally import Tally
from dunning.audit.touch_tests import test_of
from dunning.audit.view import View

_UNSENT = ("refused", "bounced")


def check_statements(messages: Mapping[str, Message], view: View, tally: Tally) -> None:
    """A07, A11 and A12 for every statement: it is no touch, but what holds a customer stops it."""
    seen: set[str] = set()
    for one in messages.values():
        if not one.is_statement or one.state in _UNSENT:
            continue
        tally.check("A12", one.local_date)
        for held in view.known.silences:
            if held.at(one.claimed_at):
                code = held.code.lower().replace("_", " ")
                why = f"a statement of account was sent although the customer was held: {code}"
                where = ("", view.customer, one.local_date, one.attempt)
                tally.find(test_of(held.code), held.code, *where, why)
        if one.claimant in seen:
            why = "a second statement of account for the same period"
            tally.find(
                "A07", "STATEMENT_TWICE", "", view.customer, one.local_date, one.attempt, why
            )
        seen.add(one.claimant)
