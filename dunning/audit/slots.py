"""Tests of all messages of a customer together: one a day on a channel, and each called for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dunning.audit.account import Account, Message
from dunning.audit.owed import Owed
from dunning.audit.tally import Tally


def check_slots(
    messages: Mapping[str, Message], owed: Owed, account: Account, tally: Tally
) -> None:
    """A07 and A09: one message a day on a channel, and none that the customer's sums forbid."""
    taken: set[tuple[str, str]] = set()
    for one in (message for message in messages.values() if message.reached):
        slot = one.channel, str(one.local_date)
        if slot in taken:
            note_duplicate(tally, account.customer, "", one.local_date, one.attempt)
        taken.add(slot)
    for asked, (test, code, why) in owed.uncalled_for(account.calendar):
        tally.score["extra"] += test == "A07"
        about = asked.invoice, account.customer, asked.day, asked.step
        tally.find(test, code, *about, f"{asked.step}: {why}")


def note_duplicate(tally: Tally, customer: str, invoice: str, day: date, subject: str) -> None:
    """The same step, or a second message of a day."""
    tally.score["duplicate"] += 1
    why = "the same step or slot twice"
    tally.find("A07", "DUPLICATE", invoice, customer, day, subject, why)
