"""The report of an experiment: figures by arm with their uncertainty, and what can be said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from statistics import NormalDist
from typing import Any

from commands.experiments.observing import Subject
from dunning.experiment_facts import HOLD_OUT
from dunning.experiments import Experiment
from dunning.survival import (
    Interval,
    Observed,
    Point,
    curve,
    mean_difference,
    median,
    restricted_mean,
    share_difference,
    smallest_seen,
    wilson,
)

# Days to pay are counted up to so many; what lasts longer counts as so long.
HORIZON = 60
# Below so many customers in an arm nothing is said about a difference.
FEW = 10
_SHARES: tuple[tuple[str, Callable[[Subject], bool]], ...] = (
    ("replied", lambda one: one.replied),
    ("disputed", lambda one: one.disputed),
    ("opted_out", lambda one: one.opted_out),
    ("bounced", lambda one: one.bounced),
)
Shares = dict[str, tuple[int, int]]


def experiment_report(
    experiment: Experiment, subjects: Sequence[Subject], as_of: date
) -> dict[str, Any]:
    """The report as `duncan experiment report --json` gives it; shares are from 0 to 1."""
    names = [HOLD_OUT, *(arm.name for arm in experiment.terms.arms)]
    by_arm = {name: [one for one in subjects if one.arm == name] for name in names}
    horizon = _horizon(by_arm)
    arms = [_arm(name, by_arm[name], by_arm[HOLD_OUT], horizon) for name in names]
    return {
        "experiment": experiment.name,
        "policy": experiment.terms.policy,
        "step": experiment.terms.step,
        "as_of": str(as_of),
        "horizon_days": horizon,
        "arms": arms,
        "sentence": " ".join(_sentence(name, by_arm, horizon) for name in names[1:]),
        "stop_rule": _stop_rule(experiment, by_arm),
    }


def _horizon(by_arm: dict[str, list[Subject]]) -> int:
    """So long somebody of every arm was watched: beyond it nothing is known of some arm."""
    watched = [max((one.watched for one in mine), default=0) for mine in by_arm.values()]
    return max(1, min([HORIZON, *watched]))


def _curve(mine: Sequence[Subject]) -> list[Point]:
    return curve(Observed(one.days, one.paid) for one in mine)


def _arm(
    name: str, mine: Sequence[Subject], others: Sequence[Subject], horizon: int
) -> dict[str, Any]:
    points = _curve(mine)
    mean = restricted_mean(points, horizon)
    half = 1.96 * mean[1] ** 0.5
    value, low, high = median(points)
    shares, theirs = _shares(mine), _shares(others)
    told: dict[str, Any] = {
        "arm": name,
        "customers": len(mine),
        "invoices": sum(one.invoices for one in mine),
        "paid": sum(one.paid for one in mine),
        "mean_days_to_pay": _told(Interval(mean[0], mean[0] - half, mean[0] + half), mine),
        "median_days_to_pay": {"value": value, "low": low, "high": high},
        "shares": {key: _told(wilson(*shares[key]), mine) | _of(shares[key]) for key in shares},
        "difference": None,
    }
    if name != HOLD_OUT:
        days = mean_difference(mean, restricted_mean(_curve(others), horizon))
        told["difference"] = {
            "mean_days_to_pay": _told(days, mine and others),
            **{key: _told(share_difference(shares[key], theirs[key]), mine) for key in shares},
        }
    return told


def _shares(mine: Sequence[Subject]) -> Shares:
    found: Shares = {}
    for days in (14, 30):
        # Who could not be watched so long says nothing about it.
        seen = [one for one in mine if one.days >= days or one.paid or one.watched >= days]
        seen = [one for one in seen if one.watched >= days]
        quick = sum(one.paid and one.days <= days for one in seen)
        found[f"paid_in_{days}_days"] = quick, len(seen)
    for name, is_so in _SHARES:
        found[name] = sum(map(is_so, mine)), len(mine)
    return found


def _told(interval: Interval | None, of: Sequence[Subject]) -> dict[str, float | None]:
    if interval is None or not of:
        return {"value": None, "low": None, "high": None}
    return {key: round(part, 4) for key, part in interval._asdict().items()}


def _of(share: tuple[int, int]) -> dict[str, int]:
    return {"count": share[0], "of": share[1]}


def _sentence(name: str, by_arm: dict[str, list[Subject]], horizon: int) -> str:
    mine, others = by_arm[name], by_arm[HOLD_OUT]
    customers = f"{len(mine)} and {len(others)} customers"
    if min(len(mine), len(others)) < FEW:
        return f"Arm {name}: nothing can be told yet with {customers}."
    # Each of several arms gets its part of the chance to be wrong.
    z = NormalDist().inv_cdf(1 - 0.025 / (len(by_arm) - 1))
    one, other = (restricted_mean(_curve(some), horizon) for some in (mine, others))
    difference = mean_difference(one, other, z)
    if difference.low <= 0 <= difference.high:
        least = smallest_seen(one, other, z)
        return (
            f"Arm {name}: no difference can be told yet; with {customers} an effect smaller than"
            f" {least:.1f} days would probably not be seen."
        )
    low, high = sorted((abs(difference.low), abs(difference.high)))
    side = "sooner" if difference.value < 0 else "later"
    return (
        f"Arm {name}: its customers paid {abs(difference.value):.1f} days {side} than the hold-out"
        f" ({low:.1f} to {high:.1f} days, within {horizon} days, {customers})."
    )


def _stop_rule(experiment: Experiment, by_arm: dict[str, list[Subject]]) -> dict[str, Any]:
    """Whether an arm's disputes are surely above what the experiment allows."""
    most = experiment.terms.most_disputes / 100
    reached = []
    for arm in experiment.terms.arms:
        share = wilson(*_shares(by_arm[arm.name])["disputed"])
        if share and share.low > most:
            reached.append(arm.name)
    return {"most_disputes": most, "reached_by": reached}
