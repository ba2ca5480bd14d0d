"""Versions as answers: for tables, JSON and pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dunning.policy_version_facts import PolicySimulated
from dunning.policy_versions import EVER, PolicyVersion

Row = dict[str, Any]


def version_row(one: PolicyVersion, now: datetime, in_force: int) -> Row:
    """A version with its state: in_force, scheduled, approved, drafted, replaced or withdrawn."""
    return {
        "version": one.version,
        "state": one.state(now, in_force),
        "content": one.content,
        "drafted_by": one.author,
        "drafted_at": one.made_at.isoformat(),
        "based_on": one.based_on or None,
        "restores": one.restores or None,
        "approved_by": one.approved_by or None,
        "approved_at": _moment(one.approved_at),
        "effective_at": _moment(one.effective_at),
        "first_wave": one.first_wave or None,
        "waves": [{"below": wave.below, "opens": wave.opens.isoformat()} for wave in one.waves],
        "withdrawn_by": one.withdrawn_by or None,
        "simulated": simulated_row(one.simulated) if one.simulated else None,
        "note": one.note,
    }


def simulated_row(fact: PolicySimulated) -> Row:
    """What the simulation of a version came to."""
    return {
        "version": fact.version,
        "against": fact.against,
        "as_of": fact.as_of.isoformat(),
        "days": fact.days,
        "touches": fact.touches,
        "touches_before": fact.touches_before,
        "newly_contacted": fact.newly_contacted,
        "levels_skipped": fact.levels_skipped,
        "result": fact.result,
    }


def _moment(at: datetime | None) -> str | None:
    """A moment; what always was in force has none."""
    return None if at is None else "ever" if at == EVER else at.isoformat(timespec="minutes")
