"""What people see of a case in Temporal's own tools, where nobody may be named."""

from __future__ import annotations

from datetime import datetime

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.payloads import RecordableFact
    from dunning.dispute_steps import CloseDispute, DisputeStep
    from dunning.steps import CloseCase, Step


def moment_of(step: Step | DisputeStep) -> datetime | None:
    """The moment a step waits for; None when it waits for the books."""
    return None if isinstance(step, CloseCase | CloseDispute) else step.at


def summary_of(step: Step | DisputeStep) -> str:
    """What the workflow waits for, in one line."""
    at = moment_of(step)
    moment = f"{at:%Y-%m-%d %H:%M} UTC" if at else "when the books change"
    return f"{step.kind} {moment}: {step.why}"


def refuse_notes(fact: RecordableFact) -> None:
    """Notes may name people, and the engine's histories must not."""
    if getattr(fact, "note", ""):
        raise ApplicationError("Notes may name people: record them at the desk, not here.")
