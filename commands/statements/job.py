"""The scheduled run of statements of account."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from activities.statements import Statements
from dunning.period import Month
from settings import Settings
from worker import Wiring


def statements_job(wiring: Wiring, _: Settings, now: datetime) -> str:
    """Send the statements of the month before, wherever one is due by now; a sentence says so."""
    month = Month.of(now.date()).before
    counts = Counter(one.outcome for one in statements_of(wiring).run(month, now))
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
    return f"Statements of {month}: {told or 'nobody is due one'}."


def statements_of(wiring: Wiring) -> Statements:
    """What sends statements in this installation."""
    return Statements(
        wiring.ledger, wiring.planner, wiring.letters, wiring.gateways, wiring.addresses
    )
