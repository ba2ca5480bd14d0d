"""Asking for a simulation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from activities.planning import Planner
from commands.simulation import simulate
from ledger.ledger import Ledger

START = datetime(2026, 3, 2, 6, tzinfo=UTC)


def simulated(
    ledger: Ledger,
    planner: Planner,
    *names: str,
    as_of: datetime = START,
    days: int = 30,
) -> dict[str, Any]:
    """Everybody follows the first policy named, the standard one without; compared to a second."""
    policy, against = (*names, *("standard_b2b", "")[len(names) :])
    return simulate(ledger, planner, policy, against, as_of, days, lambda _, __: None)
