"""Steps of a dispute: what happens to it next, in the imperative. They cross the engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# What people are asked for about a dispute.
DISPUTE_WORK = ("dispute", "dispute_reminder", "dispute_escalation", "credit_approval")


@dataclass(frozen=True, kw_only=True)
class AssignOwner:
    """Give the dispute to the role that has to find out."""

    kind: Literal["assign_owner"] = "assign_owner"
    at: datetime
    why: str
    role: str


@dataclass(frozen=True, kw_only=True)
class RemindOwner:
    """Remind a role that the dispute is still open."""

    kind: Literal["remind_owner"] = "remind_owner"
    at: datetime
    why: str
    role: str


@dataclass(frozen=True, kw_only=True)
class EscalateDispute:
    """Tell the manager that the time is over."""

    kind: Literal["escalate_dispute"] = "escalate_dispute"
    at: datetime
    why: str
    role: str


@dataclass(frozen=True, kw_only=True)
class AskApproval:
    """Ask the role that may give up so much to decide on a credit."""

    kind: Literal["ask_approval"] = "ask_approval"
    at: datetime
    why: str
    role: str


@dataclass(frozen=True, kw_only=True)
class TakeBack:
    """Give the dispute back to its owner: the customer had its time to answer."""

    kind: Literal["take_back"] = "take_back"
    at: datetime
    why: str
    role: str


@dataclass(frozen=True, kw_only=True)
class EndDispute:
    """Resolve the dispute because nothing is left to dispute."""

    kind: Literal["end_dispute"] = "end_dispute"
    at: datetime
    why: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class ReleaseDispute:
    """Ask for what was upheld again: the days of grace are over."""

    kind: Literal["release_dispute"] = "release_dispute"
    at: datetime
    why: str


@dataclass(frozen=True, kw_only=True)
class CloseDispute:
    """Stop following the dispute."""

    kind: Literal["close_dispute"] = "close_dispute"
    code: str
    why: str


DueStep = (
    AssignOwner
    | RemindOwner
    | EscalateDispute
    | AskApproval
    | TakeBack
    | EndDispute
    | ReleaseDispute
)
DisputeStep = DueStep | CloseDispute


def dispute_of_step(step: str) -> str:
    """The dispute a task's step belongs to; empty when it is none of a dispute."""
    return step.removeprefix("dispute:") if step.startswith("dispute:") else ""


def step_of_dispute(dispute: str) -> str:
    """The step that tasks about a dispute carry."""
    return f"dispute:{dispute}"
