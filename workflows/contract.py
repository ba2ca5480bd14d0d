"""Names and ids that workflows, workers and doors agree on."""

from __future__ import annotations

CASE_QUEUE = "dunning"
CHANNEL_QUEUES = ("email", "sms")
UPKEEP_QUEUE = "upkeep"
INVOICE_WORKFLOW = "InvoiceCase"
DISPUTE_WORKFLOW = "DisputeCase"
UPKEEP_WORKFLOW = "Upkeep"
LEDGER_CHANGED = "ledger_changed"
# The memo with the step that was planned when a workflow was started.
PLANNED = "planned"

_PREFIX = "invoice:"
_DISPUTE_PREFIX = "dispute:"
_UPKEEP_PREFIX = "upkeep:"


def workflow_id(invoice: str) -> str:
    """The id of the workflow that follows an invoice."""
    return f"{_PREFIX}{invoice}"


def invoice_of(workflow: str) -> str:
    """The invoice a workflow id belongs to."""
    return workflow.removeprefix(_PREFIX)


def dispute_workflow_id(dispute: str) -> str:
    """The id of the workflow that follows a dispute."""
    return f"{_DISPUTE_PREFIX}{dispute}"


def dispute_of(workflow: str) -> str:
    """The dispute a workflow id belongs to."""
    return workflow.removeprefix(_DISPUTE_PREFIX)


def schedule_id(job: str) -> str:
    """The id of the schedule that starts a job of upkeep."""
    return f"{_UPKEEP_PREFIX}{job}"


def job_of(schedule: str) -> str:
    """The job of upkeep a schedule belongs to; empty when it is not one of ours."""
    return schedule.removeprefix(_UPKEEP_PREFIX) if schedule.startswith(_UPKEEP_PREFIX) else ""
