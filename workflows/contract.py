"""Names and ids that workflows, workers and doors agree on."""

from __future__ import annotations

CASE_QUEUE = "dunning"
CHANNEL_QUEUES = ("email", "sms")
INVOICE_WORKFLOW = "InvoiceCase"
LEDGER_CHANGED = "ledger_changed"

_PREFIX = "invoice:"


def workflow_id(invoice: str) -> str:
    """The id of the workflow that follows an invoice."""
    return f"{_PREFIX}{invoice}"


def invoice_of(workflow: str) -> str:
    """The invoice a workflow id belongs to."""
    return workflow.removeprefix(_PREFIX)
