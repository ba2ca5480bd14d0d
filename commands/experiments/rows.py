"""Experiments as answers: for tables, JSON and pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from dunning.experiments import Experiment


def experiment_row(one: Experiment, today: date) -> dict[str, Any]:
    """An experiment with its state on the day: ahead, running, ended or stopped."""
    terms = one.terms
    over, ahead = one.is_over(today), terms.starts > today
    state = "stopped" if one.stopped_at else "ended" if over else "ahead" if ahead else "running"
    return {
        "experiment": one.name,
        "state": state,
        "policy": terms.policy,
        "step": terms.step,
        "starts": str(terms.starts),
        "ends": str(terms.ends),
        "segments": list(terms.segments),
        "arms": [
            {"name": arm.name, "share": arm.share, "letter": arm.letter, "day": arm.day}
            for arm in terms.arms
        ],
        "by": terms.by,
        "stopped_at": one.stopped_at.isoformat() if one.stopped_at else None,
    }
