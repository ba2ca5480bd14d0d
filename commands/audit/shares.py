"""An audit of large books, its customers shared out among processes."""

from __future__ import annotations

import logging
import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import structlog

from commands.audit.audit import Progress, Scope, answer, audited
from dunning.audit.tally import Tally
from settings import Settings
from worker import Wiring, wire

# Below so many invoices another process costs more time than it saves.
WORTH_SHARING = 20_000
MOST_PROCESSES = 8


def shares_for(invoices: int) -> int:
    """How many processes should audit so many invoices on this machine."""
    if invoices < WORTH_SHARING:
        return 1
    return max(1, min(os.cpu_count() or 1, MOST_PROCESSES))


def shared_audit(
    wiring: Wiring, settings: Settings, scope: Scope, progress: Progress, shares: int
) -> dict[str, Any]:
    """The same answer as in one process: customers are whole, and tallies add up."""
    # A new process knows nothing of this one's threads and connections.
    with ProcessPoolExecutor(shares, mp_context=get_context("spawn")) as pool:
        others = [
            pool.submit(audit_share, settings, scope, number, shares) for number in range(1, shares)
        ]
        mine = audited(
            wiring.ledger, wiring.planner, scope, lambda done: progress(done * shares), (0, shares)
        )
        for other in others:
            mine.tally.add(other.result())
    return answer(mine.end(), scope)


def audit_share(settings: Settings, scope: Scope, number: int, shares: int) -> Tally:
    """One process's share, counted from 0."""
    # The process that shares out has said it already.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    wiring = wire(settings)
    found = audited(wiring.ledger, wiring.planner, scope, lambda _: None, (number, shares))
    wiring.ledger.engine.dispose()
    return found.tally
