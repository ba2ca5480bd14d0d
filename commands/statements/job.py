"""The scheduled run of statements of account."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from activities.statement_wishes import StatementWishes
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


def asked_statements_job(wiring: Wiring, _: Settings, now: datetime) -> str:
    """Send the statements that people asked for, as soon as each may go; a sentence says so."""
    counts = Counter(one.outcome for one in StatementWishes(statements_of(wiring)).run(now))
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
    return f"Statements asked for: {told or 'none waits'}."


def statements_of(wiring: Wiring) -> Statements:
    """What sends statements in this installation."""
    return Statements(
        wiring.ledger, wiring.planner, wiring.letters, wiring.gateways, wiring.addresses
    )
