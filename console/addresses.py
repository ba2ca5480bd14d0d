"""Addresses of pages. They hold opaque numbers and filters, percent-encoded; never names."""

from __future__ import annotations

from urllib.parse import quote, urlencode


def invoice_page(invoice: str) -> str:
    """The page of an invoice."""
    return f"/invoices/{quote(invoice, safe='')}"


def customer_page(customer: str) -> str:
    """The page of a customer."""
    return f"/customers/{quote(customer, safe='')}"


def message_page(attempt: str) -> str:
    """The page of a message."""
    return f"/messages/{quote(attempt, safe='')}"


def reply_page(reply: str) -> str:
    """The page of what a customer wrote."""
    return f"/inbox/{quote(reply, safe='')}"


def promise_page(promise: str) -> str:
    """The page of a promise to pay."""
    return f"/promises/{quote(promise, safe='')}"


def plan_page(plan: str) -> str:
    """The page of a payment plan."""
    return f"/plans/{quote(plan, safe='')}"


def dispute_page(dispute: str) -> str:
    """The page of a dispute."""
    return f"/disputes/{quote(dispute, safe='')}"


def evidence_file(dispute: str, digest: str) -> str:
    """A file that is kept with a dispute."""
    return f"{dispute_page(dispute)}/evidence/{digest}"


def task_page(task: str) -> str:
    """The page of a task."""
    return f"/tasks/{quote(task, safe='')}"


def approval_page(task: str) -> str:
    """The page on which somebody decides what a task asks for."""
    return f"/approvals/{quote(task, safe='')}"


def contacts_page(customer: str) -> str:
    """The page of a customer's contacts."""
    return f"/contacts/{quote(customer, safe='')}"


def credit_page(payment: str) -> str:
    """What is asked of a payment's credit."""
    return f"/credits/{quote(payment, safe='')}"


def list_page(path: str, **filters: str) -> str:
    """A list with the filters that are set."""
    chosen = urlencode({name: value for name, value in filters.items() if value})
    return f"{path}?{chosen}" if chosen else path


def workflow_page(temporal_ui: str, namespace: str, workflow: str) -> str:
    """The workflow in Temporal's own pages."""
    place = f"namespaces/{quote(namespace, safe='')}/workflows/{quote(workflow, safe='')}"
    return f"{temporal_ui.rstrip('/')}/{place}"
