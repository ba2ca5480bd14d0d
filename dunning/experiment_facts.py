"""Facts about experiments: two wordings or days of one step, tried on a part of the customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from dunning.fact import Fact

# The arm of those who get the policy unchanged, by which the others are measured.
HOLD_OUT = "hold_out"
# A stop takes effect so much later: until then everybody who plans has heard of it.
STOP_TAKES = timedelta(minutes=2)


@dataclass(frozen=True)
class Arm:
    """A variant of the step for `share` per cent of the customers: another letter or day.

    `day` counts from the due date as the step's own; an empty letter is the step's own.
    """

    name: str
    share: int
    letter: str = ""
    day: int | None = None


@dataclass(frozen=True, kw_only=True)
class ExperimentStarted(Fact):
    """A step of a policy is tried in variants, for invoices that come in on these days.

    Customers of other segments than `segments` are left alone (empty: nobody is). When more than
    `most_disputes` per cent of an arm's customers dispute, the experiment should be stopped.
    """

    kind: Literal["experiment_started"] = "experiment_started"
    experiment: str
    policy: str
    step: str
    arms: tuple[Arm, ...]
    starts: date
    ends: date
    segments: tuple[str, ...] = ()
    most_disputes: int = 100
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ExperimentStopped(Fact):
    """Everybody gets the policy unchanged again, as soon as the stop takes effect."""

    kind: Literal["experiment_stopped"] = "experiment_stopped"
    experiment: str
    reason: str


ExperimentFact = ExperimentStarted | ExperimentStopped
