"""Facts about people's work: calls that were made, questions nobody answered in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from dunning.fact import Fact


@dataclass(frozen=True, kw_only=True)
class CallMade(Fact):
    """Somebody called the customer and the task stays open: `no_answer` or `left_message`."""

    kind: Literal["call_made"] = "call_made"
    task: str
    outcome: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskRaised(Fact):
    """Nobody did the task in time, or it takes more: it is the next role's now."""

    kind: Literal["task_raised"] = "task_raised"
    task: str
    role: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Delegated(Fact):
    """The work of a role or a person is another person's up to and including the day `until`."""

    kind: Literal["delegated"] = "delegated"
    of: str
    to: str
    until: date
    note: str = ""


TaskFact = CallMade | TaskRaised
