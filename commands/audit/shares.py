"""An audit of large books, its customers shared out among processes."""

from __future__ import annotations

from functools import partial
from typing import Any

from commands.audit.audit import Progress, Scope, answer, audit, audited
from commands.sharing import Share, shared_out, shares_for, shares_of
from dunning.audit.auditor import Auditor
from dunning.audit.tally import Tally
from ledger.rebuild import name_of_snapshot, snapshot
from settings import Settings
from worker import Wiring, wire

__all__ = ["audit_share", "audit_with", "shared_audit", "shares_for"]


def audit_with(
    wiring: Wiring, settings: Settings, scope: Scope, progress: Progress, shares: int
) -> dict[str, Any]:
    """The audit's answer, by this process alone or with others."""
    if shares > 1:
        return shared_audit(wiring, settings, scope, progress, shares)
    return audit(wiring.ledger, wiring.planner, scope, progress)


def shared_audit(
    wiring: Wiring, settings: Settings, scope: Scope, progress: Progress, shares: int
) -> dict[str, Any]:
    """The same answer as in one process: customers are whole, and tallies add up."""
    auditors: list[Auditor] = []

    def mine(share: Share) -> Tally:
        def told(done: int) -> None:
            progress(done * shares)

        auditors.append(audited(wiring.ledger, wiring.planner, scope, told, share))
        return auditors[0].tally

    with snapshot(wiring.ledger) as books:
        parts = shares_of(books, shares, name_of_snapshot(books))
        tally, *others = shared_out(parts, mine, partial(audit_share, settings, scope))
    for other in others:
        tally.add(other)
    return answer(auditors[0].end(), scope)


def audit_share(settings: Settings, scope: Scope, share: Share) -> Tally:
    """What one process makes of its share."""
    wiring = wire(settings)
    found = audited(wiring.ledger, wiring.planner, scope, lambda _: None, share)
    wiring.ledger.engine.dispose()
    return found.tally
